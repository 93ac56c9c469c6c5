// WhatsApp's marks around the selected text, by keys and buttons, and how the customer will see it.
import { $, post } from '../page.js';

const PAUSE_MS = 250
const KEYS = { b: '*', i: '_' }
const KEYS_WITH_SHIFT = { x: '~', m: '```' }
const HAS_MARKS = /([*_~])\S(?:[^\n]*?\S)?\1|```|`[^`\n]+`|^(?:>|-|\*|\d{1,3}\.) +\S/m

export default function formatting(element) {
  const text = $('textarea', element)
  const tools = $('[role=toolbar]', element)
  let timer = 0

  function put(value, from, to) {
    text.setRangeText(value, from, to, 'select')
    text.dispatchEvent(new Event('input', { bubbles: true }))
    text.focus()
  }

  // A second press takes the marks away again. Spaces at the ends stay outside: inside of marks
  // WhatsApp would not see them as such.
  function around(mark) {
    const { value } = text
    let { selectionStart: from, selectionEnd: to } = text
    while (from < to && /\s/.test(value[from])) from++
    while (to > from && /\s/.test(value[to - 1])) to--
    const isMarked = value.slice(from - mark.length, from) === mark && value.slice(to, to + mark.length) === mark
    const inner = value.slice(from, to)
    if (isMarked) put(inner, from - mark.length, to + mark.length)
    else {
      put(mark + inner + mark, from, to)
      text.setSelectionRange(from + mark.length, to + mark.length)
    }
  }

  function before(mark) {
    const from = text.value.lastIndexOf('\n', text.selectionStart - 1) + 1
    const lines = text.value.slice(from, text.selectionEnd).split('\n')
    const number = index => (mark === '1. ' ? `${index + 1}. ` : mark)
    put(lines.map((line, index) => number(index) + line).join('\n'), from, text.selectionEnd)
    text.setSelectionRange(text.selectionEnd, text.selectionEnd)
  }

  text.addEventListener('keydown', event => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return
    const mark = (event.shiftKey ? KEYS_WITH_SHIFT : KEYS)[event.key.toLowerCase()]
    if (!mark) return
    event.preventDefault()
    around(mark)
  })
  tools.addEventListener('click', event => {
    const { mark, line } = event.target.closest('button')?.dataset ?? {}
    if (mark) around(mark)
    if (line) before(line)
  })
  $('[data-variable]', tools)?.addEventListener('change', event => {
    put(event.target.value, text.selectionStart, text.selectionEnd)
    event.target.value = ''
  })
  $('[data-marks]', element)?.addEventListener('click', event => {
    tools.hidden = !tools.hidden
    event.currentTarget.setAttribute('aria-expanded', !tools.hidden)
    text.focus()
  })

  const { previewUrl } = element.dataset
  const seen = $('.as-seen', element)
  if (!previewUrl) return
  const preview = () => {
    clearTimeout(timer)
    if (!HAS_MARKS.test(text.value)) seen.hidden = true
    else timer = setTimeout(ask, PAUSE_MS)
  }
  async function ask() {
    const { value } = text
    const answer = await post(previewUrl, { body: value })
    if (!answer?.ok || answer.redirected || text.value !== value) return
    $('.text', seen).innerHTML = (await answer.text()).trim()
    seen.hidden = false
  }
  for (const name of ['input', 'ramal:set']) text.addEventListener(name, preview)
}
