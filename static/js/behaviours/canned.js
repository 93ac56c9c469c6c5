// Canned responses: a slash opens the list, typing searches it, arrows choose and show the whole,
// Enter inserts it with its files. Fetched once per open conversation, already filled in for it.
import { $, $$, fragment, parse } from '../page.js';

const CALL = /(^|\s)\/([^\s/]*)$/
const folded = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

export default function canned(form) {
  const text = $('textarea', form)
  const box = $('.canned', form)
  const status = $('#canned-status', form)
  let loaded = null

  const shown = () => $$('[role=option]:not([hidden])', box)
  const selected = () => shown().find(option => option.getAttribute('aria-selected') === 'true')
  const called = () => CALL.exec(text.value.slice(0, text.selectionStart))

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

  // Best first: the shortcut begins so, then it holds it, then title or text do.
  function rank({ dataset }, words) {
    const shortcut = folded(dataset.shortcut)
    if (shortcut.startsWith(words)) return 0
    if (shortcut.includes(words)) return 1
    return folded(`${dataset.title} ${dataset.text}`).includes(words) ? 2 : 3
  }

  function narrow() {
    const found = called()
    if (!found) return close()
    const words = folded(found[2])
    const ranked = $$('[role=option]', box).map((option, index) => ({ option, index, at: rank(option, words) }))
    // Without words the most used stay first; while one types the order is the search's.
    for (const { option, at } of ranked.toSorted((a, b) => a.at - b.at || order(a) - order(b))) {
      option.hidden = at > 2
      option.parentElement.append(option)
    }
    $('.none', box).hidden = shown().length > 0
    box.hidden = false
    status.textContent = $('[data-count]', box).dataset.count.replace('%s', shown().length)
    select(shown()[0])
  }

  const order = ({ option, index }) => Number(option.dataset.order ??= index)

  function select(option) {
    for (const other of $$('[role=option]', box)) other.setAttribute('aria-selected', other === option)
    if (option) text.setAttribute('aria-activedescendant', option.id)
    option?.scrollIntoView({ block: 'nearest' })
  }

  function insert(option) {
    const end = text.selectionStart
    const from = end - (called()?.[2].length ?? -1) - 1
    text.setRangeText(option.dataset.text, from, end, 'end')
    form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'canned', value: option.dataset.canned }))
    text.dispatchEvent(new Event('input', { bubbles: true }))
    close()
    text.focus()
    attach($$('[data-file]', option))
  }

  async function attach(places) {
    if (!places.length) return
    const files = await Promise.all(places.map(async ({ dataset }) => {
      const answer = await fetch(dataset.file, { credentials: 'same-origin' })
      return new File([await answer.blob()], dataset.name, { type: dataset.type })
    })).catch(() => [])
    form.dispatchEvent(new CustomEvent('ramal:files', { detail: files }))
  }

  const keys = {
    ArrowDown: () => select(shown()[(shown().indexOf(selected()) + 1) % shown().length]),
    ArrowUp: () => select(shown().at(shown().indexOf(selected()) - 1)),
    Enter: () => selected() && insert(selected()),
    Tab: () => selected() && insert(selected()),
    Escape: close,
  }

  text.addEventListener('input', () => (called() ? open() : close()))
  text.addEventListener('keydown', event => {
    if (box.hidden || !keys[event.key] || (event.key !== 'Escape' && !shown().length)) return
    event.preventDefault()
    event.stopPropagation()
    keys[event.key]()
  }, { capture: true })
  box.addEventListener('mousedown', event => event.target.closest('a') || event.preventDefault())
  box.addEventListener('click', event => {
    const option = event.target.closest('[role=option]')
    if (option) insert(option)
  })
  $('[data-slash]', form).addEventListener('click', () => {
    text.focus()
    const before = text.value.slice(0, text.selectionStart)
    if (!called()) text.setRangeText(/\S$/.test(before) ? ' /' : '/', text.selectionStart, text.selectionEnd, 'end')
    text.dispatchEvent(new Event('input', { bubbles: true }))
  })
  text.addEventListener('blur', () => setTimeout(close, 150))
}
