// Records from the microphone. Throws where there is none or it is not allowed.
const TYPES = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4']
const BITS_PER_SECOND = 24_000
const TICK_MS = 100

// What this browser can record; undefined where it cannot: pages that came without encryption have
// no microphone.
export const recordingType = navigator.mediaDevices && window.MediaRecorder
  ? TYPES.find(type => MediaRecorder.isTypeSupported(type))
  : undefined

export async function startRecording(onTick) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } })
  const recorder = new MediaRecorder(stream, { mimeType: recordingType, audioBitsPerSecond: BITS_PER_SECOND })
  const audio = new AudioContext()
  const analyser = audio.createAnalyser()
  audio.createMediaStreamSource(stream).connect(analyser)
  const samples = new Uint8Array(analyser.fftSize)
  const parts = []
  const recording = { seconds: 0, levels: [], isPaused: false, pause, stop, blob }
  recorder.addEventListener('dataavailable', event => parts.push(event.data))
  recorder.start(1000)
  const timer = setInterval(tick, TICK_MS)

  function tick() {
    if (!recording.isPaused) {
      analyser.getByteTimeDomainData(samples)
      recording.levels.push(Math.min(100, samples.reduce((most, value) => Math.max(most, Math.abs(value - 128)), 0)))
      recording.seconds += TICK_MS / 1000
    }
    onTick(recording)
  }

  function pause() {
    if (recorder.state === 'inactive') return
    recording.isPaused = !recording.isPaused
    if (recording.isPaused) recorder.pause()
    else recorder.resume()
  }

  // Resolves when the last piece is there; the microphone is free at once.
  function stop() {
    clearInterval(timer)
    const isDone = recorder.state === 'inactive' ? Promise.resolve() : ended(recorder)
    for (const track of stream.getTracks()) track.stop()
    if (audio.state !== 'closed') audio.close()
    return isDone
  }

  function blob() {
    return new File(parts, `voice.${recordingType.includes('mp4') ? 'm4a' : 'webm'}`, { type: recordingType })
  }

  return recording
}

function ended(recorder) {
  return new Promise(resolve => {
    recorder.addEventListener('stop', resolve, { once: true })
    recorder.stop()
  })
}
