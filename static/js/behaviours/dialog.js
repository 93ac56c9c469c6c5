// A dialog: one that arrives opens itself (data-modal); the others by a button with data-opens.
// The browser gives the focus back to where it was when it closes.
export default function dialog(element) {
  element.addEventListener('click', event => {
    const isBackdrop = event.target === element
    if (isBackdrop || event.target.closest('[data-close]')) element.close()
  })
  if (!('modal' in element.dataset)) return
  element.addEventListener('close', () => element.remove())
  element.showModal()
}

document.addEventListener('click', event => {
  const opener = event.target.closest('[data-opens]')
  if (!opener) return
  opener.closest('[popover]')?.hidePopover()
  document.getElementById(opener.dataset.opens)?.showModal()
})
