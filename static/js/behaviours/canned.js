// Canned responses: a slash at the beginning opens the list, typing narrows it, arrows choose,
// Enter inserts. Fetched once per open conversation, already filled in for it.
import { $, $$, fragment, parse } from '../page.js';

export default function canned(form) {
  const text = $('textarea', form)
  const box = $('.canned', form)
  const status = $('#canned-status', form)
  let loaded = null

  const shown = () => $$('[role=option]:not([hidden])', box)
  const selected = () => shown().find(option => option.getAttribute('aria-selected') === 'true')

  function close() {
    box.hidden = true
    status.textContent = ''
    text.removeAttribute('aria-activedescendant')
  }

  async function open() {
    loaded ??= fragment(form.dataset.canned).then(html => box.replaceChildren(parse(html ?? '')))
    try {
      await loaded
    } catch {
      loaded = null
      return
    }
    narrow()
  }

  function narrow() {
    const called = /^\/([\w-]*)$/.exec(text.value)
    if (!called) return close()
    const start = called[1].toLowerCase()
    for (const option of $$('[role=option]', box)) option.hidden = !option.dataset.shortcut.startsWith(start)
    $('.none', box).hidden = shown().length > 0
    box.hidden = false
    status.textContent = $('[data-count]', box).dataset.count.replace('%s', shown().length)
    select(shown()[0])
  }

  function select(option) {
    for (const other of $$('[role=option]', box)) other.setAttribute('aria-selected', other === option)
    if (option) text.setAttribute('aria-activedescendant', option.id)
    option?.scrollIntoView({ block: 'nearest' })
  }

  function insert(option) {
    text.value = option.dataset.text
    text.dispatchEvent(new Event('input', { bubbles: true }))
    close()
    text.focus()
  }

  const keys = {
    ArrowDown: () => select(shown()[(shown().indexOf(selected()) + 1) % shown().length]),
    ArrowUp: () => select(shown().at(shown().indexOf(selected()) - 1)),
    Enter: () => selected() && insert(selected()),
    Tab: () => selected() && insert(selected()),
    Escape: close,
  }

  text.addEventListener('input', () => (text.value.startsWith('/') ? open() : close()))
  text.addEventListener('keydown', event => {
    if (box.hidden || !keys[event.key] || (event.key !== 'Escape' && !shown().length)) return
    event.preventDefault()
    event.stopPropagation()
    keys[event.key]()
  }, { capture: true })
  box.addEventListener('click', event => {
    const option = event.target.closest('[role=option]')
    if (option) insert(option)
  })
  $('[data-slash]', form).addEventListener('click', () => {
    if (!text.value) text.value = '/'
    text.focus()
    open()
  })
  text.addEventListener('blur', () => setTimeout(close, 150))
}
