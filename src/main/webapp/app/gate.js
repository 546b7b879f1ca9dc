import { explain, field, h, icon } from './dom.js';

const WHY = {
  revoked: 'This sign-in was ended. Please sign in again.',
  suspended: 'This account is suspended. Ask an administrator.',
  unauthorized: 'You have been away for long. Please sign in again.',
};

/** The page before the chat: sign in, or make an account. */
export class Gate {
  constructor(chat, root, entered) {
    this.chat = chat;
    this.root = root;
    this.entered = entered;
  }

  show(reason) {
    this.#draw(false, WHY[reason]);
    this.root.hidden = false;
  }

  hide() {
    this.root.hidden = true;
    this.root.replaceChildren();
  }

  #draw(registering, note) {
    const username = h('input', { name: 'username', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', required: true, maxlength: 64 });
    const password = h('input', { name: 'password', type: 'password', autocomplete: registering ? 'new-password' : 'current-password', required: true, maxlength: 256 });
    const otp = h('input', { name: 'otp', autocomplete: 'one-time-code', autocapitalize: 'none', spellcheck: 'false', maxlength: 64 });
    const second = field('Code of your second factor, or a recovery code', otp);
    second.hidden = true; // until the server asks for it
    const name = h('input', { name: 'display_name', autocomplete: 'name', maxlength: 64, dir: 'auto' });
    const invite = h('input', { name: 'invite', autocomplete: 'off', maxlength: 200 });
    const problem = h('p', { class: 'problem', role: 'alert', hidden: !note }, note ?? '');
    const button = h('button', { class: 'primary', type: 'submit' }, registering ? 'Create account' : 'Sign in');

    const submit = async (e) => {
      e.preventDefault();
      problem.hidden = true;
      button.disabled = true;
      try {
        const who = username.value.trim().toLowerCase();
        if (registering) {
          const more = { ...(name.value.trim() ? { display_name: name.value.trim() } : {}), ...(invite.value.trim() ? { invite: invite.value.trim() } : {}) };
          await this.chat.register({ username: who, password: password.value, ...more });
        }
        await this.chat.login(who, password.value, otp.value.trim());
        await this.entered();
      } catch (error) {
        if (error.code === 'otp_required') {
          second.hidden = false;
          otp.required = true;
          otp.focus();
        } else {
          const wrong = second.hidden ? 'The user name or the password is not right.' : 'The user name, the password or the code is not right.';
          problem.textContent = error.status === 401 ? wrong : explain(error);
          problem.hidden = false;
        }
      } finally {
        button.disabled = false;
      }
    };

    this.root.replaceChildren(h('div', { class: 'gate-card' },
      h('div', { class: 'brand' }, h('img', { src: 'app/icon.svg', alt: '', width: 40, height: 40 }), h('h1', {}, 'Confab')),
      h('form', { onsubmit: submit },
        h('h2', {}, registering ? 'Create an account' : 'Sign in'),
        field('User name', username, registering ? '2 to 32 of a–z, 0–9, dot, dash and underscore. Others mention you by it.' : undefined),
        registering ? field('Name shown to others (optional)', name) : null,
        field('Password', password, registering ? 'A long sentence is better than a short riddle.' : undefined),
        registering ? field('Invitation (if you were given one)', invite) : null,
        second, problem, button),
      h('p', { class: 'switch' }, registering ? 'Have an account already? ' : 'New here? ',
        h('button', { type: 'button', class: 'link', onclick: () => this.#draw(!registering) }, registering ? 'Sign in' : 'Create an account'))));
    username.focus();
  }
}

export const spinner = () => h('p', { class: 'loading' }, icon('clock'), ' Loading…');
