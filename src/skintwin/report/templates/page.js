(function () {
  "use strict";
  var book = JSON.parse(document.getElementById("picture-data").textContent);
  var slider = document.getElementById("visit");
  var day = document.getElementById("visit-day");
  var images = document.querySelectorAll("img[data-arm]");
  document.documentElement.classList.add("js");
  function show() {
    var role = document.querySelector("input[name=role]:checked");
    var visit = Number(slider.value);
    day.textContent = book.days[visit];
    slider.setAttribute("aria-valuetext", book.word + " " + book.days[visit]);
    images.forEach(function (image) {
      var arm = Number(image.dataset.arm);
      image.src = book.data[book.shown[arm][Number(role.value)][visit]];
      image.alt = image.dataset.words.replace("#role#", role.dataset.word).replace("#day#", book.days[visit]);
    });
  }
  slider.addEventListener("input", show);
  document.querySelectorAll("input[name=role]").forEach(function (button) { button.addEventListener("change", show); });
  window.addEventListener("beforeprint", function () {
    slider.value = slider.max;
    document.querySelectorAll("input[name=role]")[book.typical].checked = true;
    show();
  });
  show();
})();
