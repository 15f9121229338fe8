// Numbers and times as people read them.

const WHOLE = new Intl.NumberFormat("en");
const SHORT = new Intl.NumberFormat("en", {notation: "compact", maximumSignificantDigits: 3});
const SMALL = new Intl.NumberFormat("en", {maximumSignificantDigits: 2});
const CLOCK = new Intl.DateTimeFormat("en-GB", {timeStyle: "medium"});
const DAY = new Intl.DateTimeFormat("en-GB", {day: "numeric", month: "short"});

export const NOTHING = "-";  // no number, or none yet

const known = (value, text) => value === null || value === undefined ? NOTHING : text(value);

/** 1234567 -> "1,234,567": a counter, to the last digit. */
export const whole = value => known(value, number => WHOLE.format(number));

/** 12345.6 -> "12.3K" */
export const short = value =>
  known(value, number => number < 10 ? SMALL.format(number) : SHORT.format(number));

/** Bytes in a second -> "12.3 Mbit/s" */
export function bits(value) {
  if (value === null || value === undefined) return NOTHING;
  const units = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"];
  let number = 8 * value, unit = 0;
  for (; number >= 1000 && unit + 1 < units.length; ++unit) number /= 1000;
  return `${SHORT.format(number)} ${units[unit]}`;
}

export const percent = share => known(share, value =>
  value > 0 && value < 0.001 ? "< 0.1 %" : `${SMALL.format(100 * value)} %`);

export const milliseconds = value => known(value, number => `${short(number)} ms`);

/** A quantile of a histogram: the upper bound of its bucket, which the last one has not. */
export function bound({count}, upper) {
  if (!count) return NOTHING;
  if (upper === null) return "over 32 s";
  return upper < 1000 ? `\u2264 ${upper} ms` : `\u2264 ${upper / 1000} s`;
}

export const clock = date => CLOCK.format(date);

/** "29 Nov, 10:12:13" */
export const moment = date => `${DAY.format(date)}, ${CLOCK.format(date)}`;

/** 93784 -> "1 d 2 h" */
export function duration(seconds) {
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const first = Math.max(parts.findIndex(([size]) => seconds >= size), 0);
  return parts.slice(seconds ? first : 3, first + 2).map(([size, unit], index) =>
    `${Math.floor((index ? seconds % parts[first][0] : seconds) / size)} ${unit}`).join(" ");
}
