// Narrows a list of choices while one types.
const folded = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

export default function filter(input) {
  const labels = [...document.getElementById(input.dataset.filters).querySelectorAll('label')]
  input.addEventListener('input', () => {
    for (const label of labels) label.hidden = !folded(label.textContent).includes(folded(input.value))
  })
}
