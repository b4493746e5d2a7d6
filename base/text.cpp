// Reading and showing the small texts that people type: durations, sizes, numbers, names.
#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace tribunal {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t nanoseconds;
};
constexpr std::array<Unit, 6> units{{{"h", 3'600'000'000'000},
                                     {"m", 60'000'000'000},
                                     {"s", 1'000'000'000},
                                     {"ms", 1'000'000},
                                     {"us", 1'000},
                                     {"ns", 1}}};
constexpr std::uint64_t longest = std::numeric_limits<std::int64_t>::max();

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_at(std::string_view text, std::size_t from) {
  std::size_t n = 0;
  while (from + n < text.size() && is_digit(text[from + n])) ++n;
  return n;
}

Failure<Error> bad_duration(std::string_view text, std::string_view why) {
  return fail("expected a duration such as 60s, 1.5s or 250ms, found '" + quote(text) + "'" +
              std::string(why));
}

// value / unit as an exact decimal without trailing zeros, or "" when it has no short exact form.
std::string exact_decimal(std::uint64_t value, std::uint64_t unit) {
  std::string out = std::to_string(value / unit);
  std::uint64_t rest = value % unit;
  if (rest == 0) return out;
  out += '.';
  for (int i = 0; i < 12 && rest != 0; ++i) {
    rest *= 10;  // rest < unit <= 3.6e12, so no overflow
    out += static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
  return rest == 0 ? out : "";
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  const std::size_t whole = digits_at(text, 0);
  if (whole == 0) return bad_duration(text, "");
  std::size_t end = whole;
  std::size_t fraction = 0;
  if (end < text.size() && text[end] == '.') {
    fraction = digits_at(text, end + 1);
    if (fraction == 0) return bad_duration(text, "");
    end += 1 + fraction;
  }
  const std::string_view name = text.substr(end);
  const auto unit =
      std::find_if(units.begin(), units.end(), [&](Unit u) { return u.name == name; });
  if (unit == units.end()) {
    return bad_duration(text, name.empty() ? ": the unit is missing (h, m, s, ms, us, ns)" : "");
  }
  if (whole > 19 || fraction > 12) return bad_duration(text, ": out of range");
  unsigned __int128 total = 0;
  for (char c : text.substr(0, whole)) total = total * 10 + static_cast<unsigned>(c - '0');
  total *= unit->nanoseconds;
  unsigned __int128 part = 0;
  std::uint64_t scale = 1;
  for (std::size_t i = 0; i < fraction; ++i, scale *= 10) {
    part = part * 10 + static_cast<unsigned>(text[whole + 1 + i] - '0');
  }
  part *= unit->nanoseconds;
  if (part % scale != 0) return bad_duration(text, ": finer than a nanosecond");
  total += part / scale;
  if (total > longest) return bad_duration(text, ": out of range");
  return Duration{static_cast<std::int64_t>(total)};
}

std::string show_duration(Duration duration) {
  const std::int64_t count = duration.count();
  if (count == 0) return "0s";
  const bool negative = count < 0;
  // Negating as unsigned is defined for the smallest value too.
  const std::uint64_t size = negative ? std::uint64_t{0} - static_cast<std::uint64_t>(count)
                                      : static_cast<std::uint64_t>(count);
  std::string best;
  for (const Unit& unit : units) {
    if (size < unit.nanoseconds) continue;  // "250ms", not "0.25s"
    const std::string number = exact_decimal(size, unit.nanoseconds);
    if (number.empty()) continue;
    std::string shown = number + std::string(unit.name);
    if (best.empty() || shown.size() < best.size()) best = std::move(shown);
  }
  return negative ? "-" + best : best;
}

Result<std::uint64_t> parse_bytes(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return fail("expected a size such as 512M, 4G or a number of bytes, found '" + quote(text) +
                "'" + std::string(why));
  };
  const std::size_t digits = digits_at(text, 0);
  if (digits == 0) return bad("");
  const std::string_view suffix = text.substr(digits);
  int shift = 0;
  if (!suffix.empty()) {
    const std::size_t power = std::string_view("KMGTkmgt").find(suffix[0]);
    if (suffix.size() != 1 || power == std::string_view::npos) return bad("");
    shift = 10 * (static_cast<int>(power % 4) + 1);
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc{} || value > (std::numeric_limits<std::uint64_t>::max() >> shift)) {
    return bad(": out of range");
  }
  return value << shift;
}

std::string show_node(NodeId node) { return "n" + std::to_string(index(node) + 1); }

Result<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error == std::errc::result_out_of_range && end == last) {
    return fail("expected a whole number of 64 bits, found '" + quote(text) + "': out of range");
  }
  if (error != std::errc{} || end != last) {
    return fail("expected a whole number, found '" + quote(text) + "'");
  }
  return value;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += separator;
    out += parts[i];
  }
  return out;
}

namespace {

// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours cost 1.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr std::size_t longest_word =
      64;  // nobody mistypes more; bounds the work on hostile input
  if (word.empty() || word.size() > longest_word) return "";
  const std::size_t enough = std::max<std::size_t>(1, word.size() / 3);
  std::size_t best = enough + 1;
  std::string found;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > longest_word) continue;
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best && distance < candidate.size()) {
      best = distance;
      found = candidate;
    }
  }
  return found;
}

std::string unknown_name(std::string_view what, std::string_view word,
                         const std::vector<std::string>& valid, std::string_view of) {
  std::string out = "unknown " + std::string(what) + " '" + quote(word) + "'";
  if (!of.empty()) out += " for " + std::string(of);
  out += "; ";
  const std::string near = nearest(word, valid);
  if (!near.empty()) out += "did you mean '" + near + "'? ";
  return out + "valid: " + join(valid, ", ");
}

}  // namespace tribunal
