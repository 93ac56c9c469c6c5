// Sending later takes over what stands in the composer, and empties it when it is scheduled.
export default function schedule(form) {
  const composer = document.getElementById('composer')
  const { body, reply_to: replyTo, at } = form.elements
  const taken = composer?.dataset.mode === 'reply' ? composer.elements.body.value : ''
  if (taken) {
    body.value = taken
    replyTo.value = composer.elements.reply_to.value
  }
  form.addEventListener('htmx:configRequest', event => {
    if (taken) event.detail.parameters.revision = composer.elements.revision.value
  })
  // A time of one's own is wished as soon as one writes it.
  at.addEventListener('input', () => (form.querySelector('[name=quick][value=""]').checked = true))
  form.addEventListener('ramal:done', () => {
    if (taken && composer.isConnected) composer.dispatchEvent(new CustomEvent('ramal:taken', { detail: taken }))
  })
}
