(function () {
  "use strict";
  document.documentElement.classList.add("js");
  function make(tag, name, parent) {
    var element = document.createElement(tag);
    if (name) { element.className = name; }
    parent.appendChild(element);
    return element;
  }
  document.querySelectorAll(".compare").forEach(function (box, number) {
    var before = box.querySelector("figure.before");
    var after = box.querySelectorAll("figure.after");
    if (!after.length) { return; }
    var slide = document.createElement("div");
    slide.className = "slide";
    box.insertBefore(slide, box.firstChild);
    box.classList.add("sliding");
    var choice = null;
    if (after.length > 1) {
      choice = make("fieldset", "", slide);
      make("legend", "", choice).textContent = box.dataset.choose + ":";
    }
    var over = make("div", "over", slide);
    var under = make("img", "", over);
    under.src = before.querySelector("img").src;
    under.alt = before.querySelector("img").alt;
    var top = make("img", "top", over);
    make("div", "bar", over);
    var range = make("input", "", over);
    range.type = "range"; range.min = "0"; range.max = "100"; range.value = "50"; range.step = "1";
    range.setAttribute("aria-label", box.dataset.label);
    var names = make("div", "names", slide);
    make("span", "", names).textContent = before.querySelector("figcaption").textContent;
    var right = make("span", "", names);
    function move() {
      over.style.setProperty("--at", range.value + "%");
      range.setAttribute("aria-valuetext", range.value + " %");
    }
    function show(figure) {
      top.src = figure.querySelector("img").src;
      top.alt = figure.querySelector("img").alt;
      right.textContent = figure.querySelector("figcaption").textContent;
    }
    after.forEach(function (figure, i) {
      if (!choice) { return; }
      var label = make("label", "", choice);
      var button = make("input", "", label);
      button.type = "radio"; button.name = "follow-up-" + number; button.checked = i === after.length - 1;
      label.appendChild(document.createTextNode(" " + figure.dataset.name));
      button.addEventListener("change", function () { show(figure); });
    });
    range.addEventListener("input", move);
    show(after[after.length - 1]);
    move();
  });
})();
