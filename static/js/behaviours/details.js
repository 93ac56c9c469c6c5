// Shows or hides the third pane.
export default function details(button) {
  const inbox = button.closest('.inbox')
  const pane = document.querySelector('.pane-details')
  const isShown = () => getComputedStyle(pane).display !== 'none'
  button.setAttribute('aria-expanded', isShown())
  button.addEventListener('click', () => {
    inbox.dataset.details = isShown() ? 'closed' : 'open'
    button.setAttribute('aria-expanded', isShown())
  })
}
