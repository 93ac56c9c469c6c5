// Tells the colleagues that one is writing, and asks once before a reply leaves while somebody else
// writes here or has answered since this text was begun. A second Enter sends.
import { $, openConversation } from '../page.js';

const TELL_EVERY_MS = 2_500
const TWICE_MS = 700 // the same key press, not an answer to the question

export default function collision(banner) {
  const conversation = openConversation()
  const form = $('#composer', conversation)
  const text = $('textarea', form)
  let answered = ''
  let toldAt = 0
  let shownAt = 0
  let isDecided = false

  const isNote = () => form.dataset.mode === 'note'

  function hide() {
    banner.hidden = true
    shownAt = 0
  }

  function reason() {
    const { writes, answered: said } = banner.dataset
    const writing = conversation.dataset.writing
    return writing ? writes.replace('%s', writing) : answered && said.replace('%s', answered)
  }

  function begun(event) {
    if (event.target !== text) return
    if (!text.value) {
      answered = ''
      hide()
    } else if (Date.now() - toldAt > TELL_EVERY_MS) {
      toldAt = Date.now()
      document.dispatchEvent(new CustomEvent('ramal:writes', { detail: { note: isNote() } }))
    }
  }

  function came(event) {
    if (!text.value) return
    for (const item of event.detail.added) {
      const message = $('.msg[data-from=us]', item)
      if (!message || message.dataset.author === document.body.dataset.userId) continue
      answered = $('.author b', message)?.textContent ?? banner.dataset.somebody
    }
  }

  // Before all others hear it, for whoever sends has only this event.
  function leaving(event) {
    if (event.target !== form || isNote()) return
    const why = reason()
    const isConfirmed = isDecided || (shownAt && Date.now() - shownAt > TWICE_MS)
    if (!why || isConfirmed) {
      isDecided = false
      answered = ''
      hide()
      return
    }
    event.preventDefault()
    event.stopImmediatePropagation()
    $('b', banner).textContent = why
    banner.hidden = false
    shownAt ||= Date.now()
  }

  conversation.addEventListener('input', begun)
  conversation.addEventListener('ramal:changed', came)
  conversation.addEventListener('submit', leaving, true)
  $('[data-anyway]', banner).addEventListener('click', () => {
    isDecided = true
    form.requestSubmit()
    text.focus()
  })
  $('[data-wait]', banner).addEventListener('click', () => {
    hide()
    text.focus()
  })
}
