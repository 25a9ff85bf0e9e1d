// Tells in the page what the browser made of it. `garden` is what came of it all: whoever opens the page by a program waits for it.
const picture = document.getElementById("picture");
const film = document.getElementById("film");
const tell = (id, words) => (document.getElementById(id).textContent = words);

// An event of the film, or why there will be none.
const filmHas = (event) =>
  new Promise((resolve, reject) => {
    film.addEventListener(event, resolve, { once: true });
    film.addEventListener("error", () => reject(new Error(film.error?.message || "the film cannot be played")), { once: true });
  });
// A frame that is on the screen, not only decoded.
const frame = () => new Promise((resolve) => film.requestVideoFrameCallback((_, about) => resolve(about.mediaTime)));

async function visit() {
  await picture.decode();
  tell("drawn", `${picture.naturalWidth} by ${picture.naturalHeight}`);
  if (film.readyState < HTMLMediaElement.HAVE_METADATA) await filmHas("loadedmetadata");
  tell("known", `${film.duration.toFixed(1)} s of ${film.videoWidth} by ${film.videoHeight}`);

  // It runs,
  const running = filmHas("timeupdate");
  await film.play();
  await running;
  while (film.currentTime === 0) await filmHas("timeupdate");
  const played = film.currentTime;
  film.pause();

  // and jumps to where the browser has nothing of it yet.
  const ahead = film.duration * 0.8;
  const buffered = film.buffered.length ? film.buffered.end(film.buffered.length - 1) : 0;
  film.currentTime = ahead;
  // The last frame of before may be told of first.
  let shown = await frame();
  while (shown < ahead - 1) shown = await frame();
  tell("shown", `the frame at ${shown.toFixed(2)} s`);
  return {
    picture: [picture.naturalWidth, picture.naturalHeight],
    style: getComputedStyle(film).backgroundColor,
    duration: film.duration,
    size: [film.videoWidth, film.videoHeight],
    played,
    buffered,
    ahead,
    current: film.currentTime,
    shown,
  };
}

window.garden = visit();
