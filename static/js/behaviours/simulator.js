// Keeps the simulated phone and its log up to date: asks every second, morphs in what has changed.
// The text field is not among the parts, so that nothing one is writing is touched.
import { attach, registered } from '../attach.js';
import { $, $$, fragment, parse } from '../page.js';
import phoneFiles from './phone-files.js';
import phoneMenus from './phone-menus.js';
import phoneVoice from './phone-voice.js';

const EVERY_MS = 1000
const NEAR_END = 48
const PARTS = ['ph-status', 'ph-chat', 'sim-state', 'sim-filters', 'sim-log']
// What is folded out stays folded out, whatever the server says.
const CALLBACKS = { beforeAttributeUpdated: (name, element) => !(name === 'open' && element.matches('details')) }

export default function simulator(page) {
  let seen = ''
  const show = html => {
    const answer = parse(html)
    seen = $('[data-seen]', answer)?.dataset.seen ?? seen
    PARTS.forEach(id => replace(document.getElementById(id), answer.getElementById(id)))
  }
  const ask = async () => {
    try {
      const html = document.hidden ? null : await fragment(`${page.dataset.live}&seen=${seen}`)
      if (html) show(html)
    } catch {
      // The next question may be answered.
    }
    if (page.isConnected) setTimeout(ask, EVERY_MS)
  }
  page.addEventListener('htmx:afterRequest', event => {
    if (event.detail.xhr.status === 200) show(event.detail.xhr.responseText)
  })
  page.addEventListener('ramal:done', event => done(event.target))
  $('[data-chooser]', page).addEventListener('change', event => event.currentTarget.requestSubmit())
  toEnd()
  setTimeout(ask, EVERY_MS)
}

function replace(old, fresh) {
  if (!old || !fresh) return
  const atEnd = old.scrollHeight - old.scrollTop - old.clientHeight < NEAR_END
  window.Idiomorph.morph(old, fresh, { callbacks: CALLBACKS })
  window.htmx.process(old)
  if (old.id === 'ph-chat' && atEnd) toEnd()
}

// A message is on its way: the field is empty again, and answers nothing any more.
function done(element) {
  const form = element.form ?? element
  if (form.id !== 'ph-form') return
  toEnd()
  $$('[name=reply], [name=edit], [data-quoting]', form).forEach(element => element.remove())
  const field = $('[name=text]', form)
  field.value = ''
  field.focus()
}

function toEnd() {
  const chat = document.getElementById('ph-chat')
  chat.scrollTop = chat.scrollHeight
}

Object.assign(registered, {
  simulator, 'phone-files': phoneFiles, 'phone-menus': phoneMenus, 'phone-voice': phoneVoice,
})
attach(document.documentElement)
