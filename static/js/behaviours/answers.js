// What comes back from a form: changes and toasts go where they belong, whichever form it was.
// A refusal leaves the form as it is; so does a connection that drops.
import { applyChanges } from '../live/changes.js';
import { $, openConversation, parse, toast } from '../page.js';

// A form that comes back with words beside its fields: it is shown like any other answer.
const UNPROCESSABLE = 422

export default function answers(body) {
  body.addEventListener('htmx:beforeSwap', event => {
    if (event.detail.xhr.status === UNPROCESSABLE) event.detail.shouldSwap = true
  })
  // The answer shall hold everything since the version this page has.
  body.addEventListener('htmx:configRequest', event => {
    const conversation = openConversation()
    if (conversation && event.detail.verb === 'post') {
      event.detail.parameters.since = conversation.dataset.version
    }
    // htmx knows only the buttons it has seen; those of live items, outside their form, are named here.
    const button = event.detail.triggeringEvent?.submitter
    if (button?.name) event.detail.parameters[button.name] = button.value
  })
  body.addEventListener('htmx:afterRequest', event => {
    const { xhr, requestConfig, elt } = event.detail
    // A preview asks only, by POST because of its length.
    if (requestConfig.verb !== 'post' || !xhr.status || 'preview' in elt.dataset) return
    if (new URL(xhr.responseURL).pathname !== requestConfig.path.split('?')[0]) {
      // Sent elsewhere: the login has ended. The draft is kept and is here again afterwards.
      location.reload()
      return
    }
    const answer = parse(xhr.responseText)
    applyChanges(answer)
    const left = $('[data-left]', answer)
    if (left) leave(left.dataset.left)
    if (xhr.status >= 400 && xhr.status !== UNPROCESSABLE && !$('.toast', answer)) tellFailure()
    toast(answer)
    if (xhr.status < 300) {
      elt.closest('dialog')?.close()
      elt.dispatchEvent(new CustomEvent('ramal:done', { bubbles: true }))
    }
    document.dispatchEvent(new CustomEvent('ramal:nudge'))
  })
  for (const name of ['htmx:sendError', 'htmx:timeout']) body.addEventListener(name, tellFailure)
}

function leave(id) {
  const conversation = openConversation()
  if (conversation?.dataset.conversation !== id) return
  conversation.dispatchEvent(new CustomEvent('ramal:revoked', { bubbles: true }))
}

function tellFailure() {
  const { failed, failedText } = document.getElementById('toasts').dataset
  const element = document.createElement('div')
  Object.assign(element, { className: 'toast' })
  element.setAttribute('role', 'alert')
  Object.assign(element.dataset, { tone: 'bad', behaviour: 'toast' })
  element.append(Object.assign(document.createElement('b'), { textContent: failed }))
  element.append(Object.assign(document.createElement('p'), { textContent: failedText }))
  const holder = document.createElement('div')
  holder.append(element)
  toast(holder)
}
