// Brings to life the lessons that this page has.

const lessons = {};

document.documentElement.classList.add("alive");
for (const still of document.querySelectorAll("details.still")) still.open = false;
document.getElementById("seed-place").append(seedControl(document.getElementById("seed-place").dataset.seed));
for (const [name, start] of Object.entries({
  maxima: maximaLesson, noise: noiseLesson, relaxation: relaxationLesson, temperature: temperatureLesson,
  experiment: experimentLesson, leads: leadsLesson,
})) {
  if (document.getElementById(`${name}-lab`)) lessons[name] = start();
}
if (lessons.relaxation || lessons.temperature) {
  seed.changed(simplex.drawNoise);
  simplex.drawNoise();
}
