// Asks the browser whether it may show notices, when somebody switches them on.
export default function permission(input) {
  const state = () => globalThis.Notification?.permission ?? 'denied'
  const hint = document.getElementById(input.dataset.hint)
  const show = () => (hint.hidden = !(input.checked && state() === 'denied'))
  input.addEventListener('change', async () => {
    if (input.checked && state() === 'default') await Notification.requestPermission()
    show()
  })
  show()
}
