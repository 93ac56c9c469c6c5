// Recordings in lines and words; the server draws them the same way (templatetags/media.py).
const WIDTH = 186
const HEIGHT = 28
const LEAST = 2

// The path of an SVG for levels from 0 to 100.
export function bars(levels, most = levels.length) {
  const step = WIDTH / Math.max(1, most)
  return levels.map((level, index) => {
    const height = Math.max(LEAST, Math.round(level * (HEIGHT - 4) / 100))
    return `M${(step * (index + 0.5)).toFixed(1)} ${((HEIGHT - height) / 2).toFixed(1)}v${height}`
  }).join('')
}

export function minutes(seconds) {
  const whole = Math.round(seconds)
  const two = number => String(number).padStart(2, '0')
  const hours = Math.floor(whole / 3600)
  if (hours) return `${hours}:${two(Math.floor(whole % 3600 / 60))}:${two(whole % 60)}`
  return `${Math.floor(whole / 60)}:${two(whole % 60)}`
}
