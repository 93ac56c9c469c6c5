// A value to be copied: one click selects all of it.
export default function selectAll(input) {
  input.addEventListener('focus', () => input.select())
  input.addEventListener('click', () => input.select())
}
