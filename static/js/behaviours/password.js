// Shows what is being typed into the password field before it.
export default function password(button) {
  const input = button.previousElementSibling
  button.addEventListener('click', () => {
    const isShown = input.type === 'text'
    input.type = isShown ? 'password' : 'text'
    button.setAttribute('aria-pressed', !isShown)
  })
}
