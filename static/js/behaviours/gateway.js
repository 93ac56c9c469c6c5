// A number that logs in by QR code: asks for its state again when something changed, and says how
// long a code is worth reading. While one is shown it also asks by itself, should a push get lost.
import { attach } from '../attach.js';
import { paced } from '../live/pace.js';
import { $, fragment, parse } from '../page.js';

const ASK_EVERY_TICKS = 10

export default function gateway(panel) {
  let codeIs = ''
  let endsAt = 0
  let ticks = 0

  const ask = paced(async () => {
    const html = await fragment(panel.dataset.address)
    if (html) show(parse(html).querySelector('#gateway'))
  })

  function show(fresh) {
    if (!fresh || $('form:focus-within button:disabled', panel)) return
    window.Idiomorph.morph(panel, fresh, { morphStyle: 'outerHTML', ignoreActiveValue: true })
    window.htmx.process(panel)
    attach(panel)
    document.dispatchEvent(new CustomEvent('ramal:shown'))
    tick()
  }

  function tick() {
    const code = $('.gateway', panel)
    if (!code) return
    const image = $('img', code)?.src ?? ''
    if (image !== codeIs) {
      codeIs = image
      endsAt = Date.now() + Number(code.dataset.codeSeconds) * 1000
    }
    const left = Math.max(0, Math.ceil((endsAt - Date.now()) / 1000))
    code.toggleAttribute('data-old', left === 0)
    const words = $('[data-countdown]', code)
    words.textContent = left ? words.dataset.countdown.replace('%d', left) : words.dataset.expired
    if (++ticks % ASK_EVERY_TICKS === 0) ask()
  }

  const timer = setInterval(() => (panel.isConnected ? tick() : clearInterval(timer)), 1000)
  document.addEventListener('ramal:nudge', ask)
  tick()
}
