// Plays the sound chosen beside it, as loud as chosen on this page.
import { $ } from '../page.js';
import { play } from '../ring.js';

export default function trySound(button) {
  const choice = document.getElementById(button.dataset.choice)
  const show = () => (button.disabled = choice.value === 'none')
  choice.addEventListener('change', show)
  button.addEventListener('click', () => play(button.dataset[choice.value], Number($('#hearing-volume').value)))
  show()
}
