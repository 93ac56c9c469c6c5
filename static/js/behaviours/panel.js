// What is known of the customer, beside the conversation. When somebody has changed it the panel asks
// for itself again; not under the hands of whoever writes in it.
import { attach } from '../attach.js';
import { $, fragment, parse } from '../page.js';

export default function panel(element) {
  let wanted = 0
  let isAsking = false
  const isEditing = () => $('[data-editing]', element) !== null

  async function ask() {
    if (isAsking || isEditing() || wanted <= Number(element.dataset.version)) return
    isAsking = true
    try {
      const html = await fragment(element.dataset.address)
      if (html && element.isConnected && !isEditing()) put(parse(html))
    } catch { /* the next change, or the reconnection, asks again */ } finally {
      isAsking = false
    }
  }

  function put(answer) {
    const fresh = answer.getElementById('customer-panel')
    const { version } = fresh.dataset
    // What is inside: the element itself has to stay the one that hears.
    window.Idiomorph.morph(element, fresh.childNodes, {
      morphStyle: 'innerHTML',
      callbacks: {
        // What was opened, or loaded since, stays as it is.
        beforeAttributeUpdated: name => name !== 'open',
        beforeNodeMorphed: old => !old.matches?.('[data-keep]'),
      },
    })
    element.dataset.version = version
    attach(element)
    window.htmx.process(element)
  }

  const hear = event => {
    if (!element.isConnected) return document.removeEventListener('ramal:changed', hear)
    wanted = Math.max(wanted, Number(event.detail.customer) || 0)
    ask()
  }
  document.addEventListener('ramal:changed', hear)
  element.addEventListener('htmx:afterSettle', ask)
}
