
(function () {
  'use strict';
  var runs = JSON.parse(document.getElementById('runs-data').textContent);
  var at = document.currentScript;
  var box = document.createElement('div');
  at.parentNode.insertBefore(box, at);

  function element(parent, name, text) {
    var made = document.createElement(name);
    if (text !== undefined) { made.textContent = text; }
    parent.appendChild(made);
    return made;
  }

  function choice(label, chosen) {
    var line = element(box, 'p', label + ' ');
    var select = element(line, 'select');
    select.setAttribute('aria-label', label);
    runs.forEach(function (run, i) {
      element(select, 'option', run.end + '  ' + run.job + '  ' + run.id).value = i;
    });
    select.value = chosen;
    select.onchange = show;
    return select;
  }

  /* The run before of the same job, if there is one. */
  function before(i) {
    for (var k = i + 1; k < runs.length; k++) {
      if (runs[k].job === runs[i].job) { return k; }
    }
    return Math.min(i + 1, runs.length - 1);
  }

  function number(text) {
    var first = text.replace(/ \[.*/, '');
    return /^-?[0-9]{1,18}(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?$/.test(first) ? parseFloat(first) : null;
  }

  function difference(a, b) {
    var x = number(a), y = number(b);
    return x === null || y === null ? '' : (y < x ? '' : '+') + Number((y - x).toPrecision(6));
  }

  /* Scores of other reports do not compare. */
  function compares(a, b, key) {
    return key.indexOf('score.') !== 0 || (a.reports[key] && a.reports[key] === b.reports[key]);
  }

  var older = choice('Before', before(0));
  var newer = choice('After', 0);
  var result = element(box, 'div');

  function show() {
    var a = runs[older.value], b = runs[newer.value];
    var keys = Object.keys(Object.assign({}, a.of, b.of)).sort().filter(function (key) {
      return a.of[key] !== b.of[key];
    });
    result.textContent = '';
    element(result, 'p', keys.length + ' differences').className = 'caption';
    var scroll = element(result, 'div');
    scroll.className = 'scroll high';
    scroll.tabIndex = 0;
    scroll.setAttribute('role', 'region');
    scroll.setAttribute('aria-label', 'Differences of the two runs');
    var table = element(scroll, 'table');
    var head = element(element(table, 'thead'), 'tr');
    ['Key', a.id, b.id, 'Difference'].forEach(function (text) { element(head, 'th', text).scope = 'col'; });
    var body = element(table, 'tbody');
    keys.forEach(function (key) {
      var row = element(body, 'tr'), x = a.of[key] || '', y = b.of[key] || '';
      element(row, 'th', key).scope = 'row';
      element(row, 'td', x);
      element(row, 'td', y);
      element(row, 'td', compares(a, b, key) ? difference(x, y) : '').className = 'n';
    });
  }

  show();
})();
