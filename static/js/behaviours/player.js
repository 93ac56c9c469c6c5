// Plays a recording: one at a time, where in it, how fast. All that shows is drawn from the audio
// element anew with each of its events, so a change of the message (a tick) disturbs nothing.
import { $ } from '../page.js';
import { minutes } from '../sound.js';

const SPEEDS = [1, 1.5, 2]
const STEPS = 1000
let playing = null

export default function player(element) {
  const audio = $('audio', element)
  const seek = $('input', element)

  const length = () => (Number.isFinite(audio.duration) ? audio.duration : Number($('.clock', element).dataset.length) || 0)

  function show() {
    const isPlaying = !audio.paused && !audio.ended
    const button = $('.play', element)
    const done = length() ? audio.currentTime / length() : 0
    element.toggleAttribute('data-playing', isPlaying)
    button.ariaLabel = button.dataset[isPlaying ? 'pause' : 'play']
    if (document.activeElement !== seek || isPlaying) seek.value = Math.round(done * STEPS)
    seek.ariaValueText = minutes(audio.currentTime)
    element.style.setProperty('--done', `${Math.min(100, done * 100)}%`)
    $('.speed', element).textContent = `${audio.playbackRate.toLocaleString(document.documentElement.lang)}×`
    const at = audio.currentTime ? `${minutes(audio.currentTime)} / ` : ''
    $('.clock', element).textContent = at + (length() ? minutes(length()) : '')
  }

  function toggle() {
    if (!audio.paused) return audio.pause()
    if (playing && playing !== audio) playing.pause()
    playing = audio
    audio.play().catch(() => element.dataset.broken = '')
  }

  element.addEventListener('click', event => {
    if (event.target.closest('.play')) toggle()
    if (event.target.closest('.speed')) audio.playbackRate = SPEEDS[(SPEEDS.indexOf(audio.playbackRate) + 1) % SPEEDS.length]
  })
  seek.addEventListener('input', () => {
    audio.currentTime = length() * seek.value / STEPS
    show()
  })
  for (const name of ['play', 'pause', 'ended', 'timeupdate', 'ratechange', 'loadedmetadata']) audio.addEventListener(name, show)
}
