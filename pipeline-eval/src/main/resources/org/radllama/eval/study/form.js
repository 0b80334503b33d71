
'use strict';
(() => {
  const study = JSON.parse(document.getElementById('study').textContent);
  const SLOT = 'radllama-study:' + study.study + ':' + study.reader;
  const FORMAT = 'radllama-study-answers';
  const STEPS = [1, 2, 3, 4, 5];
  const letter = (i) => String.fromCharCode(65 + i);

  // What the reader said: items.ID = {ratings: {DIMENSION: 1..5}, comment}, preferences.REPORT = [ITEM...].
  let answers = { items: {}, preferences: {}, at: 0 };
  const known = new Map();
  study.reports.forEach((report) => report.items.forEach((item) => known.set(item.id, report.id)));
  const total = known.size * study.dimensions.length + study.reports.length;

  // ---- elements

  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    Object.entries(attributes || {}).forEach(([name, value]) => element.setAttribute(name, value));
    children.forEach((child) => element.append(child));
    return element;
  };

  const textOf = (text) => text.trim() === ''
    ? make('p', { class: 'text empty' }, '(no text)') : make('p', { class: 'text' }, text);

  const button = (label, action) => {
    const element = make('button', { type: 'button' }, label);
    element.addEventListener('click', action);
    return element;
  };

  const scale = (item, dimension, name) => {
    const group = make('fieldset', { 'data-item': item.id, 'data-dimension': dimension.id },
      make('legend', {}, make('b', {}, dimension.title), make('span', {}, dimension.definition)));
    const choices = make('div', { class: 'scale' });
    STEPS.forEach((step) => {
      const input = make('input', { type: 'radio', name: item.id + dimension.id, value: step });
      input.addEventListener('change', () => { rate(group, step); });
      choices.append(make('label', { class: 'choice' }, input,
        make('span', {}, make('b', {}, step + ' '), dimension.anchors[step - 1])));
    });
    group.setAttribute('aria-label', name + ', ' + dimension.title + ': ' + dimension.definition);
    group.append(choices);
    return group;
  };

  const itemOf = (item, i) => {
    const name = 'Impression ' + letter(i);
    const box = make('article', { class: 'item', 'aria-label': name }, make('h3', {}, name), textOf(item.text));
    study.dimensions.forEach((dimension) => box.append(scale(item, dimension, name)));
    const comment = make('textarea', { 'data-comment': item.id, rows: 1 });
    comment.addEventListener('input', () => {
      entry(item.id).comment = comment.value;
      save();
    });
    box.append(make('label', { class: 'comment' }, 'Comment on impression ' + letter(i) + ' (optional)', comment));
    return box;
  };

  const preference = (report) => {
    const group = make('fieldset', { 'data-report': report.id, 'aria-label': 'Best impression of this report' },
      make('legend', {}, make('b', {}, 'Best impression'),
        make('span', {}, 'Which would you rather sign? Tick several if they are equally good.')));
    const choices = make('div', { class: 'best' });
    report.items.forEach((item, i) => {
      const input = make('input', { type: 'checkbox', value: item.id });
      input.addEventListener('change', () => { prefer(report.id, item.id, input.checked); });
      choices.append(make('label', { class: 'choice' }, input, make('span', {}, make('b', {}, letter(i)), ' (key ' + (i + 1) + ')')));
    });
    group.append(choices);
    return make('article', { class: 'item', 'aria-label': 'Preference' }, group);
  };

  const sections = study.reports.map((report, i) => {
    const title = 'Report ' + (i + 1) + ' of ' + study.reports.length;
    const section = make('section', { class: 'report', 'aria-label': title }, make('h2', { tabindex: -1 }, title),
      make('div', { class: 'findings' }, make('h3', {}, 'Findings'), textOf(report.findings)));
    report.items.forEach((item, k) => section.append(itemOf(item, k)));
    section.append(preference(report),
      make('div', { class: 'moves' }, button('\u2190 Previous report (p)', () => show(i - 1)), button('Next report (n) \u2192', () => show(i + 1))));
    return section;
  });

  const jump = make('select', { 'aria-label': 'Go to report' });
  study.reports.forEach((report, i) => jump.append(make('option', { value: i }, '')));
  jump.addEventListener('change', () => show(Number(jump.value)));
  const progress = make('progress', { max: total, value: 0, 'aria-label': 'Answered' });
  const counted = make('span', {}, '');
  const status = make('div', { class: 'status', role: 'status', 'aria-live': 'polite' });
  const file = make('input', { type: 'file', accept: '.json,application/json', 'aria-label': 'Import a saved file' });
  const dialog = make('dialog', { 'aria-label': 'Not everything is answered' });
  const help = make('details', {}, make('summary', {}, 'How to fill in this form'));

  // ---- state

  const entry = (id) => {
    answers.items[id] = answers.items[id] || { ratings: {}, comment: '' };
    return answers.items[id];
  };

  const ratingOf = (id, dimension) => (answers.items[id] ? answers.items[id].ratings[dimension] : undefined);

  const say = (text, warn) => {
    status.textContent = text;
    status.classList.toggle('warn', Boolean(warn));
  };

  const save = () => {
    try {
      localStorage.setItem(SLOT, JSON.stringify(answers));
      say('Saved in this browser. Export the file when you are done, or to go on elsewhere.');
    } catch (error) {
      say('This browser keeps nothing: export before you close the page, and import the file to go on.', true);
    }
    refresh();
  };

  const validRating = (value) => STEPS.includes(value);

  // Takes over what belongs to this form; says how much did not.
  const adopt = (items, preferences) => {
    let strange = 0;
    Object.entries(items || {}).forEach(([id, said]) => {
      if (!known.has(id) || typeof said !== 'object' || said === null) {
        strange++;
        return;
      }
      study.dimensions.forEach((dimension) => {
        const value = said.ratings ? said.ratings[dimension.id] : said[dimension.id];
        if (validRating(value)) {
          entry(id).ratings[dimension.id] = value;
        } else if (value !== undefined && value !== null) {
          strange++;
        }
      });
      if (typeof said.comment === 'string') {
        entry(id).comment = said.comment;
      }
    });
    study.reports.forEach((report) => {
      const best = preferences ? preferences[report.id] : undefined;
      if (Array.isArray(best)) {
        answers.preferences[report.id] = report.items.map((item) => item.id).filter((id) => best.includes(id));
      }
    });
    return strange;
  };

  const load = () => {
    answers = { items: {}, preferences: {}, at: 0 };
    try {
      const kept = JSON.parse(localStorage.getItem(SLOT) || 'null');
      if (kept) {
        adopt(kept.items, kept.preferences);
        answers.at = Number.isInteger(kept.at) ? kept.at : 0;
        return true;
      }
    } catch (error) {
      say('This browser keeps nothing: export before you close the page, and import the file to go on.', true);
    }
    return false;
  };

  const missing = (report) => {
    const gaps = [];
    report.items.forEach((item, i) => study.dimensions.forEach((dimension) => {
      if (!ratingOf(item.id, dimension.id)) {
        gaps.push({ name: 'impression ' + letter(i) + ', ' + dimension.title, item: item.id, dimension: dimension.id });
      }
    }));
    if (!(answers.preferences[report.id] || []).length) {
      gaps.push({ name: 'best impression', report: report.id });
    }
    return gaps;
  };

  const refresh = () => {
    let done = 0;
    study.reports.forEach((report, i) => {
      const gaps = missing(report).length;
      done += report.items.length * study.dimensions.length + 1 - gaps;
      jump.options[i].textContent = 'Report ' + (i + 1) + (gaps ? (gaps === report.items.length * study.dimensions.length + 1 ? '' : ' \u2026') : ' \u2713');
    });
    progress.value = done;
    counted.textContent = done + ' of ' + total + ' answered';
  };

  // Shows what is known in the controls.
  const fill = () => {
    document.querySelectorAll('fieldset[data-dimension]').forEach((group) => {
      const value = ratingOf(group.dataset.item, group.dataset.dimension);
      group.querySelectorAll('input').forEach((input) => { input.checked = Number(input.value) === value; });
      group.classList.toggle('done', Boolean(value));
    });
    document.querySelectorAll('fieldset[data-report]').forEach((group) => {
      const best = answers.preferences[group.dataset.report] || [];
      group.querySelectorAll('input').forEach((input) => { input.checked = best.includes(input.value); });
      group.classList.toggle('done', best.length > 0);
    });
    document.querySelectorAll('textarea').forEach((area) => {
      const said = answers.items[area.dataset.comment];
      area.value = said ? said.comment : '';
    });
    refresh();
  };

  const rate = (group, value) => {
    const ratings = entry(group.dataset.item).ratings;
    if (value) {
      ratings[group.dataset.dimension] = value;
    } else {
      delete ratings[group.dataset.dimension];
    }
    group.querySelectorAll('input').forEach((input) => { input.checked = Number(input.value) === value; });
    group.classList.toggle('done', Boolean(value));
    save();
  };

  const prefer = (report, item, on) => {
    const best = new Set(answers.preferences[report] || []);
    if (on) {
      best.add(item);
    } else {
      best.delete(item);
    }
    answers.preferences[report] = [...best];
    fill();
    save();
  };

  // ---- moving about

  const groups = () => [...document.querySelectorAll('.report.current fieldset')];

  const focus = (group) => {
    if (group) {
      (group.querySelector('input:checked') || group.querySelector('input')).focus({ preventScroll: true });
      const box = group.getBoundingClientRect();
      const top = Math.max(0, header.getBoundingClientRect().bottom);
      if (box.top < top + 8 || box.bottom > innerHeight) {
        scrollBy(0, box.top - top - Math.max(8, Math.min(120, (innerHeight - top - box.height) / 2)));
      }
    }
  };

  const show = (i) => {
    if (i < 0 || i >= sections.length) {
      say(i < 0 ? 'This is the first report.' : 'This was the last report. Export JSON, and send the file back.');
      return;
    }
    sections.forEach((section, k) => section.classList.toggle('current', k === i));
    jump.value = String(i);
    if (answers.at !== i) {
      answers.at = i;
      save();
    }
    scrollTo(0, 0);
    sections[i].querySelector('h2').focus({ preventScroll: true });
  };

  const move = (by) => {
    const all = groups();
    const now = all.indexOf(document.activeElement.closest('fieldset'));
    focus(all[now < 0 ? (by > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, now + by))]);
  };

  const gapIn = () => groups().find((group) => !group.classList.contains('done'));

  const digit = (value) => {
    let group = document.activeElement.closest('fieldset');
    if (!group) {
      group = gapIn();
      if (!group) {
        return;
      }
    }
    if (group.dataset.report) {
      const input = group.querySelectorAll('input')[value - 1];
      if (input) {
        prefer(group.dataset.report, input.value, !input.checked);
        input.focus();
      }
    } else if (validRating(value)) {
      rate(group, value);
      focus(group);
      move(1);
    }
  };

  const clear = () => {
    const group = document.activeElement.closest('fieldset');
    if (group && group.dataset.dimension) {
      rate(group, 0);
    } else if (group) {
      answers.preferences[group.dataset.report] = [];
      fill();
      save();
    }
  };

  const comment = () => {
    const box = document.activeElement.closest('.item') || document.querySelector('.report.current .item');
    const area = box.querySelector('textarea');
    if (area) {
      area.focus();
    }
  };

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) {
      return;
    }
    const target = event.target;
    if (target.tagName === 'TEXTAREA') {
      if (event.key === 'Escape') {
        focus(target.closest('.item').querySelector('fieldset:last-of-type'));
      }
      return;
    }
    if (target.tagName === 'SELECT') {
      return;
    }
    const actions = {
      ArrowDown: () => move(1), j: () => move(1), ArrowUp: () => move(-1), k: () => move(-1),
      n: () => show(answers.at + 1), p: () => show(answers.at - 1), c: comment, 0: clear, Delete: clear,
    };
    const action = /^[1-9]$/.test(event.key) ? () => digit(Number(event.key)) : actions[event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  });

  // ---- files

  const exported = () => {
    const items = {};
    const preferences = {};
    study.reports.forEach((report) => {
      report.items.forEach((item) => {
        const said = answers.items[item.id];
        const row = {};
        study.dimensions.forEach((dimension) => { row[dimension.id] = ratingOf(item.id, dimension.id) || null; });
        row.comment = said ? said.comment : '';
        items[item.id] = row;
      });
      preferences[report.id] = answers.preferences[report.id] || [];
    });
    return { format: FORMAT, version: 1, study: study.study, reader: study.reader, items, preferences };
  };

  const csv = () => {
    const cell = (value) => (/[",\r\n;]/.test(value) ? '"' + value.replace(/"/g, '""') + '"' : value);
    const rows = [['study', 'reader', 'report', 'item', ...study.dimensions.map((d) => d.id), 'best', 'comment']];
    study.reports.forEach((report) => {
      const best = answers.preferences[report.id] || [];
      report.items.forEach((item) => {
        const said = answers.items[item.id];
        rows.push([study.study, study.reader, report.id, item.id,
          ...study.dimensions.map((d) => String(ratingOf(item.id, d.id) || '')),
          best.length ? (best.includes(item.id) ? '1' : '0') : '', said ? said.comment : '']);
      });
    });
    return '\ufeff' + rows.map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
  };

  const download = (kind) => {
    const json = kind === 'json';
    const blob = new Blob([json ? JSON.stringify(exported(), null, 2) + '\n' : csv()], { type: json ? 'application/json' : 'text/csv' });
    const link = make('a', { download: study.reader + '-' + study.study.slice(0, 8) + '.' + kind, href: URL.createObjectURL(blob) });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    say('Exported as ' + link.download + '. Send this file back.');
  };

  const goTo = (i, gap) => {
    dialog.close();
    show(i);
    focus(groups().find((group) => (gap.report ? group.dataset.report === gap.report
      : group.dataset.item === gap.item && group.dataset.dimension === gap.dimension)));
  };

  const ask = (kind) => {
    const open = study.reports.map((report, i) => ({ i, gaps: missing(report) })).filter((one) => one.gaps.length);
    if (!open.length) {
      download(kind);
      return;
    }
    const count = open.reduce((sum, one) => sum + one.gaps.length, 0);
    dialog.replaceChildren(
      make('h3', {}, count + ' of ' + total + ' are not answered'),
      make('p', {}, 'Open in ' + open.length + (open.length === 1 ? ' report' : ' reports') + '; the first is report '
        + (open[0].i + 1) + ', ' + open[0].gaps[0].name + '. What is open counts as missing; you can export again later.'),
      make('div', { class: 'bar' }, button('Go to the first gap', () => goTo(open[0].i, open[0].gaps[0])),
        button('Export all the same', () => { dialog.close(); download(kind); }), button('Cancel', () => dialog.close())));
    dialog.showModal();
  };

  const imported = (text) => {
    let said;
    try {
      said = JSON.parse(text);
    } catch (error) {
      say('Not imported: this is not a JSON file that this form exported.', true);
      return;
    }
    if (!said || said.format !== FORMAT) {
      say('Not imported: this is not a file that this form exported.', true);
    } else if (said.study !== study.study || said.reader !== study.reader) {
      say('Not imported: the file is of ' + (said.study === study.study ? 'another reader.' : 'another study.'), true);
    } else {
      const strange = adopt(said.items, said.preferences);
      fill();
      save();
      say(strange ? 'Imported, but for ' + strange + ' entries that this form does not have.' : 'Imported.', strange > 0);
    }
  };

  file.addEventListener('change', async () => {
    if (file.files.length) {
      imported(await file.files[0].text());
      file.value = '';
    }
  });

  // The same form in another tab.
  addEventListener('storage', (event) => {
    if (event.key === SLOT) {
      const at = answers.at;
      load();
      answers.at = at;
      fill();
    }
  });

  // ---- the page

  const keys = [['1 \u2013 5', 'rate what has the focus and go on (among the best: tick or untick)'], ['\u2193 \u2191 or j k', 'next, previous question'],
    ['n p', 'next, previous report'], ['c', 'comment; Escape leaves it'], ['0', 'take an answer back']];
  help.append(
    make('p', {}, 'Each report shows its findings and impressions written for them by different authors, in random order. Judge every impression'
      + ' by the findings alone, on five scales whose steps are written out, then tick the best. Some reports may come twice.'),
    make('ul', {}, ...keys.map(([key, what]) => make('li', {}, make('kbd', {}, key), ' ' + what))),
    make('p', {}, 'Answers stay in this browser, on this computer, until you export them. The page sends nothing. It shows patient data: treat it so.'));
  const header = make('header', {},
    make('div', { class: 'bar' }, make('h1', {}, 'Reader study, ' + study.reader), make('span', { class: 'grow' }, progress), counted),
    make('div', { class: 'bar' }, jump, button('Export JSON', () => ask('json')), button('Export CSV', () => ask('csv')),
      make('label', { class: 'file' }, 'Import\u2026', file)), status);
  document.body.append(header, make('main', {}, help, ...sections), dialog);
  const resumed = load();
  help.open = !resumed;
  fill();
  show(Math.min(Math.max(answers.at, 0), sections.length - 1));
  if (resumed) {
    say('Resumed where you left off.');
  }
})();
