#include "nemesis/script.h"

#include <algorithm>
#include <functional>
#include <limits>

#include <fmt/format.h>

#include "base/text.h"
#include "nemesis/target_text.h"
#include "nemesis/targets.h"

namespace tribunal::nemesis {
namespace {

using Fields = std::map<std::string, std::string>;

std::optional<FaultKind> find_kind(std::string_view text, std::vector<std::string>& names) {
  std::optional<FaultKind> found;
  for (FaultKind kind : fault_kinds()) {
    names.emplace_back(name(kind));
    if (names.back() == text) found = kind;
  }
  return found;
}

Result<Duration> parse_signed(std::string_view text) {
  const bool negative = text.starts_with('-');
  const bool sign = negative || text.starts_with('+');
  auto size = parse_duration(sign ? text.substr(1) : text);
  if (size && negative) return -*size;
  return size;
}

Result<std::uint32_t> parse_bandwidth(const std::string& text) {
  const auto bytes = parse_bytes(text);
  if (!bytes) return Failure{bytes.error()};
  if (*bytes > std::numeric_limits<std::uint32_t>::max())
    return fail("expected at most 4G a second");
  return static_cast<std::uint32_t>(*bytes);
}

// A field: how it is read into a fault, how it is written, and whether it says anything.
struct Field {
  const char* key;
  std::function<Status(Fault&, const std::string&)> read;
  std::function<std::string(const Fault&)> write;
  std::function<bool(const Fault&)> present;
};

template <class T, class Parse>
Status store(T& place, const std::string& text, Parse parse) {
  auto value = parse(text);
  if (!value) return Failure{value.error()};
  place = *value;
  return {};
}

// `at` gives the member, of a constant fault or of one that is being read.
template <class At, class Parse, class Show>
Field field(const char* key, At at, Parse parse, Show show) {
  return {key, [=](Fault& fault, const std::string& text) { return store(at(fault), text, parse); },
          [=](const Fault& fault) { return show(at(fault)); },
          [=](const Fault& fault) { return at(fault) != std::decay_t<decltype(at(fault))>{}; }};
}

const std::vector<Field>& all_fields() {
  const auto plain = [](auto number) { return std::to_string(number); };
  static const std::vector<Field> fields{
      field(
          "delay", [](auto& f) -> auto& { return f.shape.delay; }, parse_duration, show_duration),
      field(
          "loss", [](auto& f) -> auto& { return f.shape.loss_ppm; }, parse_percent, show_percent),
      field(
          "duplicate", [](auto& f) -> auto& { return f.shape.duplicate_ppm; }, parse_percent,
          show_percent),
      field(
          "reorder", [](auto& f) -> auto& { return f.shape.reorder_ppm; }, parse_percent,
          show_percent),
      field(
          "window", [](auto& f) -> auto& { return f.shape.reorder_window; }, parse_duration,
          show_duration),
      field(
          "bandwidth", [](auto& f) -> auto& { return f.shape.bytes_per_second; }, parse_bandwidth,
          plain),
      field(
          "corrupt", [](auto& f) -> auto& { return f.corrupt_ppm; }, parse_percent, show_percent),
      field(
          "amount", [](auto& f) -> auto& { return f.amount; }, parse_signed, show_duration),
      field(
          "rate", [](auto& f) -> auto& { return f.ppm; }, parse_integer, plain),
      field(
          "period", [](auto& f) -> auto& { return f.period; }, parse_duration, show_duration),
  };
  return fields;
}

// The fields of a kind besides kind, start, end and targets; the first is required.
std::vector<std::string> fields_for(FaultKind kind) {
  switch (kind) {
    case FaultKind::slow:
      return {"delay", "loss", "duplicate", "reorder", "window", "bandwidth"};
    case FaultKind::lossy:
      return {"loss", "delay", "duplicate", "reorder", "window", "bandwidth"};
    case FaultKind::duplicate:
      return {"duplicate", "delay", "loss", "reorder", "window", "bandwidth"};
    case FaultKind::reorder:
      return {"reorder", "window", "delay", "loss", "duplicate", "bandwidth"};
    case FaultKind::clock_step:
    case FaultKind::disk_slow:
    case FaultKind::slow_close:
      return {"amount"};
    case FaultKind::corrupt:
      return {"corrupt"};
    case FaultKind::crash_loop:
      return {"period"};
    case FaultKind::clock_strobe:
      return {"amount", "period"};
    case FaultKind::clock_rate:
      return {"rate"};
    default:
      return {};
  }
}

const std::string* find(const Fields& fields, const std::string& key) {
  const auto found = fields.find(key);
  return found == fields.end() ? nullptr : &found->second;
}

Status read_times(const Fields& fields, Fault& fault) {
  const std::string* start = find(fields, "start");
  const std::string* end = find(fields, "end");
  if (!start) return fail("expected a field 'start', such as start = \"10s\"");
  if (auto status = store(fault.start, *start, parse_duration); !status) {
    return fail("start: " + status.error().message);
  }
  if (!end) {
    if (!instantaneous(fault.kind)) return fail("expected a field 'end', such as end = \"20s\"");
    fault.end = fault.start;
    return {};
  }
  if (fault.kind == FaultKind::promote) return fail("expected no 'end': it acts at once");
  if (auto status = store(fault.end, *end, parse_duration); !status) {
    return fail("end: " + status.error().message);
  }
  if (fault.end <= fault.start) {
    return fail(fmt::format("end={}: expected a time after start={}", quote(*end), quote(*start)));
  }
  return {};
}

// The limits of what a cluster can do, as far as they are the same everywhere.
Status check_values(const Fault& fault) {
  const bool longer = fault.kind == FaultKind::disk_slow || fault.kind == FaultKind::slow_close;
  if (longer && fault.amount < Duration::zero()) {
    return fail("amount: expected a positive duration, found " + show_duration(fault.amount));
  }
  if (fault.kind == FaultKind::crash_loop && fault.period < shortest_crash_loop) {
    return fail(fmt::format("period: expected at least {}, found {}",
                            show_duration(shortest_crash_loop), show_duration(fault.period)));
  }
  constexpr std::int64_t most = 900'000;
  if (fault.ppm < -most || fault.ppm > most) {
    return fail(fmt::format("rate: expected {} to {} ppm, found {}", -most, most, fault.ppm));
  }
  return {};
}

Status read_fields(const Fields& fields, std::uint16_t nodes, Fault& fault) {
  if (auto status = read_times(fields, fault); !status) return status;
  const std::string* targets = find(fields, "targets");
  if (!targets) {
    return fail("expected a field 'targets': " + join(shapes_of(fault.kind), ", ") +
                ", or nodes such as n1,n2");
  }
  auto target = parse_target(*targets, fault.kind, nodes);
  if (!target) return fail("targets: " + target.error().message);
  fault.target = *std::move(target);

  const std::vector<std::string> mine = fields_for(fault.kind);
  if (!mine.empty() && !find(fields, mine.front()))
    return fail("expected a field '" + mine.front() + "'");
  std::vector<std::string> valid{"kind", "start", "end", "targets"};
  valid.insert(valid.end(), mine.begin(), mine.end());
  for (const auto& [key, text] : fields) {
    if (std::count(valid.begin(), valid.end(), key) == 0)
      return fail(unknown_name("field", key, valid));
    for (const Field& field : all_fields()) {
      if (field.key != key) continue;
      if (auto status = field.read(fault, text); !status)
        return fail(key + ": " + status.error().message);
    }
  }
  return check_values(fault);
}

}  // namespace

Result<Fault> make_fault(const Fields& fields, std::uint16_t nodes) {
  const std::string* kind = find(fields, "kind");
  if (!kind) return fail("expected a field 'kind', such as kind = \"partition\"");
  std::vector<std::string> names;
  const auto found = find_kind(*kind, names);
  if (!found) return fail(unknown_name("kind", *kind, names));
  Fault fault;
  fault.kind = *found;
  if (auto status = read_fields(fields, nodes, fault); !status) {
    return fail(*kind + ": " + status.error().message);
  }
  return fault;
}

Fields fields_of(const Fault& fault) {
  Fields out{{"kind", name(fault.kind)},
             {"start", show_duration(fault.start)},
             {"targets", show_target(fault.target)}};
  if (fault.end > fault.start) out["end"] = show_duration(fault.end);
  const std::vector<std::string> mine = fields_for(fault.kind);
  for (const Field& field : all_fields()) {
    const bool required = !mine.empty() && mine.front() == field.key;
    if (required || field.present(fault)) out[field.key] = field.write(fault);
  }
  return out;
}

Result<std::uint32_t> parse_percent(std::string_view text) {
  const auto bad = [&] {
    return fail("expected a percentage such as 20% or 0.5%, found '" + quote(text) + "'");
  };
  std::string_view number = text.ends_with('%') ? text.substr(0, text.size() - 1) : text;
  const std::size_t point = number.find('.');
  const std::string_view whole = number.substr(0, point);
  std::string decimals(point == std::string_view::npos ? "" : number.substr(point + 1));
  const bool digits = number.find_first_not_of("0123456789.") == std::string_view::npos;
  if (!digits || whole.empty() || whole.size() > 3 || decimals.size() > 4) return bad();
  if (point != std::string_view::npos && decimals.empty()) return bad();
  if (decimals.find('.') != std::string::npos) return bad();
  decimals.resize(4, '0');
  const std::int64_t ppm = *parse_integer(whole) * 10'000 + *parse_integer(decimals);
  if (ppm > 1'000'000) return bad();
  return static_cast<std::uint32_t>(ppm);
}

std::string show_percent(std::uint32_t ppm) {
  std::string out = std::to_string(ppm / 10'000);
  if (ppm % 10'000 != 0) {
    std::string decimals = fmt::format("{:04}", ppm % 10'000);
    decimals.erase(decimals.find_last_not_of('0') + 1);
    out += "." + decimals;
  }
  return out + "%";
}

}  // namespace tribunal::nemesis
