// One chosen file as it is looked at before it is sent: its picture or icon, name, way, and a button.
import { $, $$ } from './page.js';
import { showProgress } from './upload.js';

export function newShot(tray, file, onButton) {
  const [frame, icon] = $$('template', tray)
  const element = frame.content.cloneNode(true).firstElementChild
  const shot = { file, element, caption: '', refused: '', url: '', label, refuse, show, rest, dispose }
  const button = $('.rm', element)
  $('.name', element).textContent = file.name
  element.prepend(picture())
  button.addEventListener('click', () => onButton(shot))
  label('remove')

  function picture() {
    const symbol = icon.content.cloneNode(true)
    if (!file.type.startsWith('image/')) return symbol
    shot.url = URL.createObjectURL(file)
    const image = Object.assign(new Image(), { src: shot.url, alt: '' })
    image.addEventListener('error', () => image.replaceWith(symbol))
    return image
  }

  function label(verb) {
    button.ariaLabel = button.title = button.dataset[verb].replace('%s', file.name)
  }

  // Says why it cannot go; '' when it can.
  function refuse(why) {
    shot.refused = why
    element.dataset.tone = why ? 'bad' : ''
    $('.why-not', element).textContent = why
  }

  // Once everything has left, giving up would only hide that it arrives.
  function show(done, allHasLeft) {
    showProgress($('.progress', element), done)
    button.hidden = allHasLeft
  }

  function rest() {
    $('.progress', element).hidden = true
    button.hidden = false
    label('remove')
  }

  function dispose() {
    element.remove()
    if (shot.url) URL.revokeObjectURL(shot.url)
  }

  return shot
}
