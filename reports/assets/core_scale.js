// The horizontal scale of a core picture. The operations of a core can be seconds apart and take
// microseconds, so each invocation and completion gets a column, wider for longer gaps; only the order
// and the printed times are exact.

function core_scale(points, left, right) {
  const times = [...new Set(points)].sort((a, b) => a - b);
  const gaps = times.slice(1).map((t, i) => t - times[i]);
  const smallest = Math.max(1, Math.min(...gaps.filter((g) => g > 0), Infinity));
  const weights = gaps.map((g) => 1 + Math.min(1.2, Math.log10(Math.max(1, g / smallest)) * 0.3));
  const total = weights.reduce((a, b) => a + b, 0) || 1;
  const xs = [left];
  weights.forEach((w) => xs.push(xs[xs.length - 1] + (w / total) * (right - left)));
  return { times, xs, place: (t) => interpolate(times, xs, t) };
}

// Piecewise linear between columns; times outside the core are clamped to its ends.
function interpolate(times, xs, t) {
  if (t <= times[0]) return xs[0];
  for (let i = 1; i < times.length; i++) {
    if (t > times[i]) continue;
    const part = (t - times[i - 1]) / (times[i] - times[i - 1]);
    return xs[i - 1] + part * (xs[i] - xs[i - 1]);
  }
  return xs[xs.length - 1];
}
