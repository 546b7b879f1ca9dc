import { ConfabClient } from '../client/confab-client.js';
import { Banner } from './banner.js';
import { account, browseRooms, createRoom, messageSomeone, shortcuts } from './dialogs.js';
import { Gate } from './gate.js';
import { bindKeys } from './keys.js';
import { Names } from './names.js';
import { Notices } from './notices.js';
import { RoomView } from './room.js';
import { Sidebar } from './sidebar.js';
import { Theme } from './theme.js';

/** Puts the page together: the gate for those who are not signed in, the chat for those who are. */

const $ = (id) => document.getElementById(id);
const AWAY_MS = 5 * 60_000;

const theme = new Theme();
const chat = new ConfabClient({ name: 'confab-page/1' });
const names = new Names(chat);
const go = (room) => { location.hash = `#/r/${encodeURIComponent(room)}`; };
const gate = new Gate(chat, $('gate'), enter);
const sidebar = new Sidebar(chat, names, $('sidebar'), {
  browse: () => browseRooms(chat, names, go),
  direct: () => messageSomeone(chat, names, go),
  create: () => createRoom(chat, names, go),
  account: () => account(chat, theme),
  shortcuts,
});
const view = new RoomView(chat, names, $('room'), $('people'), { back: () => { location.hash = '#/'; } });
const banner = new Banner(chat, $('banner'));
new Notices(chat, $('notices'));

async function enter() {
  gate.hide();
  $('chat').hidden = false;
  banner.begin();
  sidebar.draw();
  await chat.start();
  route();
}

/** `#/r/<room>` names what is shown, so that Back, reload and links work. */
function route() {
  if (!chat.user || $('chat').hidden) return;
  const id = location.hash.startsWith('#/r/') ? decodeURIComponent(location.hash.slice(4)) : null;
  const known = id !== null && chat.rooms.has(id);
  if (id !== null && !known && !chat.roomsLoaded) return; // the list is still on its way
  document.body.dataset.shows = known ? 'room' : 'rooms';
  sidebar.select(known ? id : null);
  view.show(known ? id : null);
}

window.addEventListener('hashchange', route);
chat.on('rooms', route);
chat.on('signed_out', ({ reason }) => {
  if (reason === 'other_user') {
    location.reload();
    return;
  }
  $('chat').hidden = true;
  banner.end();
  view.show(null);
  sessionStorage.clear(); // drafts belong to who wrote them
  gate.show(reason);
});

let away;
document.addEventListener('visibilitychange', () => {
  clearTimeout(away);
  if (document.visibilityState === 'visible') chat.setPresence('online');
  else away = setTimeout(() => chat.setPresence('away'), AWAY_MS);
});

bindKeys({ chat, sidebar, view, go, shortcuts });
if (chat.user) await enter();
else gate.show();
