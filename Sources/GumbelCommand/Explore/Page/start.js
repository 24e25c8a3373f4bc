// Brings to life the lessons that this page has.

const lessons = {};

document.documentElement.classList.add("alive");
for (const still of document.querySelectorAll("details.still")) still.open = false;
const seedPlace = document.getElementById("seed-place");
seedPlace.append(
  element("p", {}, "What stands in a frame is alive: it draws anew, in this page, whenever something "
    + "is moved. The same seed draws here what it draws in the commands that stand below."),
  seedControl(seedPlace.dataset.seed));
for (const [name, start] of Object.entries({
  maxima: maximaLesson, noise: noiseLesson, relaxation: relaxationLesson,
  temperature: temperatureLesson, experiment: experimentLesson, leads: leadsLesson,
})) {
  if (document.getElementById(`${name}-lab`)) lessons[name] = start();
}
if (lessons.relaxation || lessons.temperature) {
  seed.changed(simplex.drawNoise);
  simplex.drawNoise();
}
