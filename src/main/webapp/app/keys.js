/** Keyboard shortcuts of the whole page; those of the messages and of the field live there. The list for people is SHORTCUTS in dialogs.js. */
export function bindKeys({ chat, sidebar, view, go, shortcuts }) {
  document.addEventListener('keydown', (e) => {
    if (!chat.user || document.querySelector('dialog[open]') || e.isComposing) return;
    const writing = e.target.closest('input, textarea, select');
    const ctrl = e.ctrlKey || e.metaKey;
    const act = {
      'alt+ArrowUp': () => move(-1),
      'alt+ArrowDown': () => move(1),
      'ctrl+k': () => { document.body.dataset.shows = 'rooms'; sidebar.filter.focus(); sidebar.filter.select(); },
      'ctrl+i': () => view.togglePeople(),
      'F2': () => view.id && view.switchFocus(),
      'Escape': () => view.id && e.target !== sidebar.filter && view.escape(),
      '?': writing ? undefined : () => shortcuts(),
    }[`${e.altKey ? 'alt+' : ''}${ctrl ? 'ctrl+' : ''}${e.key.length === 1 ? e.key.toLowerCase() : e.key}`];
    if (!act) return;
    if (e.key !== 'Escape') e.preventDefault();
    act();
  });

  function move(by) {
    const room = sidebar.neighbour(by);
    if (room) go(room);
  }
}
