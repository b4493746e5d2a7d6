// Seeded schedules: the nemeses by name, their settings, and spells of faults drawn from a seed.
#include <algorithm>

#include "nemesis/schedule.h"
#include "nemesis/targets.h"

namespace tribunal::nemesis {
namespace {

constexpr std::size_t most_faults = 100'000;  // of one nemesis; bounds hostile settings
constexpr Duration shortest_spell = milliseconds(1);
constexpr Duration longest_spell = seconds(365 * 24 * 3600);

Setting choice(const char* key, std::vector<std::string> choices, const char* initial,
               const char* description) {
  return {key, SettingType::choice, std::move(choices), initial, description};
}
Setting length(const char* key, const char* initial, const char* description) {
  return {key, SettingType::duration, {}, initial, description};
}
Setting number(const char* key, const char* initial, const char* description, std::int64_t least,
               std::int64_t most) {
  return {key, SettingType::integer, {}, initial, description, least, most};
}

// The settings that all nemeses have, then those of one.
Schema schema(const char* name, FaultKind kind, const char* targets, const char* description,
              std::vector<Setting> more = {}) {
  Schema out{name,
             description,
             {choice("targets", shapes_of(kind), targets, "whom it hits, drawn anew each time"),
              length("interval", "10s", "length of the healthy spells, on average"),
              length("duration", "10s",
                     "length of the faulty spells, on average; unless given, the same as interval"),
              length("start", "0s", "when the first healthy spell begins")}};
  out.settings.insert(out.settings.end(), more.begin(), more.end());
  return out;
}

std::vector<Schema> make_schemas() {
  using enum FaultKind;
  return {
      {"none", "no faults", {}},
      schema("partition", partition, "random", "cuts links between nodes: they lose everything"),
      schema("pause", pause, "random", "stops nodes; their messages and timers wait"),
      schema("kill", kill, "random",
             "kills nodes, which lose their memory and unsynced data; restarts them"),
      schema("power-loss", power_loss, "random",
             "as kill; the last record being written may survive torn"),
      schema(
          "clock", clock_step, "random", "bends clocks",
          {choice("skew", {"random", "step", "rate", "strobe"}, "random",
                  "one jump, another speed, or jumps to and fro"),
           length("amount", "60s", "the farthest jump, either way; small ones are as likely"),
           number("rate", "200000", "the greatest error of speed in ppm, either way", 1, 900'000),
           length("period", "100ms", "of a strobe")}),
      schema("slow", slow, "all", "delays messages",
             {length("delay", "100ms", "added to every message"),
              number("bandwidth", "0", "bytes a second on each link; 0: unlimited", 0,
                     4'000'000'000)}),
      schema("lossy", lossy, "all", "loses messages",
             {number("loss", "20", "per cent of messages", 1, 100)}),
      schema("duplicate", duplicate, "all", "delivers messages twice",
             {number("duplicate", "20", "per cent of messages", 1, 100)}),
      schema("reorder", reorder, "all", "holds messages back so that others overtake them",
             {number("reorder", "20", "per cent of messages", 1, 100),
              length("window", "100ms", "held back by at most this")}),
      schema("disk-slow", disk_slow, "random", "makes every sync slower",
             {length("amount", "50ms", "added to every sync")}),
      schema("disk-full", disk_full, "random", "lets every write to disk fail"),
      schema("disk-lie", disk_lie, "random", "acknowledges syncs without doing them"),
      schema("disk-corrupt", disk_corrupt, "one",
             "kills nodes, flips a bit in their logs, restarts them"),
      schema("membership", membership, "one",
             "asks the leader to remove nodes from the cluster; later to add them again"),
      {"swizzle",
       "cuts nodes off one by one, mends them one by one in another order",
       {length("interval", "10s", "length of the healthy spells, on average"),
        length("duration", "10s",
               "length of the faulty spells, on average; unless given, the same as interval"),
        length("start", "0s", "when the first healthy spell begins")}},
      schema("promote", promote, "one", "an operator tells nodes to become leader"),
      schema("corrupt", corrupt, "all", "flips bytes of what links carry (processes only)",
             {number("corrupt", "1", "per cent of frames", 1, 100)}),
      schema("reset", reset, "random", "resets connections, and refuses new ones (processes only)"),
      schema("half-open", half_open, "random",
             "closes the receiver's end of connections and does not tell the sender (processes "
             "only)"),
      schema("slow-close", slow_close, "all",
             "lets the other side learn late that a connection has ended (processes only)",
             {length("amount", "1s", "how late")}),
      schema("disk-error", disk_error, "random",
             "lets every sync fail with an input/output error (processes only)"),
      schema("crash-loop", crash_loop, "one", "kills and restarts nodes again and again",
             {length("period", "1s", "from one kill to the next")}),
      schema("lost-requests", lost_requests, "random",
             "loses what clients ask of nodes; the clients cannot tell"),
      schema("lost-replies", lost_replies, "random",
             "loses what nodes answer to clients: it is done, and nobody knows"),
  };
}

// Draws of one nemesis, keyed by the ordinal of the fault.
class Spells {
 public:
  Spells(const Settings& settings, std::uint64_t seed, std::uint64_t scope, std::uint16_t nodes)
      : settings_(settings), seed_(seed), scope_(scope), nodes_(nodes) {}

  void add_to(Schedule& schedule, Duration run) const {
    const Duration interval = bounded(settings_.duration("interval"));
    const bool same = settings_.given("interval") && !settings_.given("duration");
    const Duration duration = same ? interval : bounded(settings_.duration("duration"));
    run = std::min(run, 100 * longest_spell);  // so that no sum of times overflows
    Time now = settings_.duration("start");
    for (std::uint64_t n = 0; n < most_faults && now < run; ++n) {
      now += around(interval, "healthy"_site, n);
      if (now >= run) return;
      Fault fault = make(n);
      fault.start = now;
      fault.end = fault.kind == FaultKind::promote ? now : now + around(duration, "faulty"_site, n);
      now = fault.end;
      if (settings_.name() == "swizzle") {
        swizzle(schedule, fault.start, fault.end, n);
      } else {
        schedule.push_back(std::move(fault));
      }
    }
  }

 private:
  static Duration bounded(Duration spell) {
    return std::clamp(spell, shortest_spell, longest_spell);
  }

  std::uint64_t below(Site site, std::uint64_t ordinal, std::uint64_t bound) const {
    return draw(seed_, scope_, site, ordinal, bound);
  }

  // Uniform in [mean/2, 3·mean/2), in whole milliseconds when the mean is.
  Duration around(Duration mean, Site site, std::uint64_t ordinal) const {
    const std::int64_t unit = mean.count() % 1'000'000 == 0 ? 1'000'000 : 1;
    const auto steps = static_cast<std::uint64_t>(mean.count() / unit);
    const std::uint64_t extra = below(site, ordinal, steps);
    return std::max(shortest_spell,
                    Duration{static_cast<std::int64_t>((steps / 2 + extra)) * unit});
  }

  // ±x with x = least, twice that, four times ... or `most`: small errors are as likely as large.
  std::int64_t skewed(std::int64_t least, std::int64_t most, std::uint64_t ordinal) const {
    std::uint64_t doublings = 0;
    while (doublings < 62 && (most >> doublings) > least) ++doublings;
    const std::uint64_t steps = below("size"_site, ordinal, doublings + 1);
    const std::int64_t size = steps == doublings ? most : std::min(least << steps, most);
    return below("sign"_site, ordinal, 2) == 0 ? size : -size;
  }

  // Some of the nodes are cut off one after another in the first half of the spell, and mended in
  // the second half in another order.
  void swizzle(Schedule& schedule, Time start, Time end, std::uint64_t n) const {
    const auto size = static_cast<std::uint16_t>(1 + below("swizzle-size"_site, n, nodes_));
    const std::vector<std::uint16_t> cuts = order("swizzle-cut"_site, n);
    const std::vector<std::uint16_t> mends = order("swizzle-mend"_site, n);
    const Duration step = (end - start) / (2 * size + 1);
    for (std::uint16_t i = 0; i < size; ++i) {
      const auto mended = std::find(mends.begin(), mends.end(), cuts[i]) - mends.begin();
      Fault fault;
      fault.kind = FaultKind::partition;
      fault.target.shape = "nodes";
      fault.target.nodes = {NodeId{cuts[i]}};
      fault.start = start + i * step;
      fault.end = std::max(fault.start + shortest_spell,
                           start + (end - start) / 2 + mended * ((end - start) / (2 * nodes_)));
      schedule.push_back(std::move(fault));
    }
  }

  // All nodes in an order that depends on the site and the ordinal.
  std::vector<std::uint16_t> order(Site site, std::uint64_t n) const {
    std::vector<std::uint16_t> nodes(nodes_);
    for (std::uint16_t i = 0; i < nodes_; ++i) nodes[i] = i;
    for (std::uint16_t i = nodes_; i > 1; --i)
      std::swap(nodes[i - 1], nodes[below(site, n * 64 + i, i)]);
    return nodes;
  }

  Fault make(std::uint64_t n) const {
    Fault fault;
    if (settings_.name() == "swizzle") return fault;
    fault.kind = kind(n);
    fault.target.shape = settings_.text("targets");
    const auto percent = [&](const char* key) {
      return static_cast<std::uint32_t>(settings_.integer(key) * 10'000);
    };
    switch (fault.kind) {
      case FaultKind::slow:
        fault.shape.delay = settings_.duration("delay");
        fault.shape.bytes_per_second = static_cast<std::uint32_t>(settings_.integer("bandwidth"));
        break;
      case FaultKind::lossy:
        fault.shape.loss_ppm = percent("loss");
        break;
      case FaultKind::duplicate:
        fault.shape.duplicate_ppm = percent("duplicate");
        break;
      case FaultKind::reorder:
        fault.shape.reorder_ppm = percent("reorder");
        fault.shape.reorder_window = settings_.duration("window");
        break;
      case FaultKind::clock_strobe:
        fault.period = settings_.duration("period");
        [[fallthrough]];
      case FaultKind::clock_step:
        fault.amount = Duration{skewed(1'000'000, settings_.duration("amount").count(), n)};
        break;
      case FaultKind::clock_rate:
        fault.ppm = skewed(100, settings_.integer("rate"), n);
        break;
      case FaultKind::disk_slow:
      case FaultKind::slow_close:
        fault.amount = settings_.duration("amount");
        break;
      case FaultKind::corrupt:
        fault.corrupt_ppm = percent("corrupt");
        break;
      case FaultKind::crash_loop:
        fault.period = std::max(shortest_crash_loop, settings_.duration("period"));
        break;
      default:
        break;
    }
    return fault;
  }

  FaultKind kind(std::uint64_t n) const {
    if (settings_.name() == "clock") {
      static const std::vector<std::string> skews{"step", "rate", "strobe"};
      const std::string& skew =
          settings_.is("skew", "random") ? skews[below("skew"_site, n, 3)] : settings_.text("skew");
      return skew == "step"   ? FaultKind::clock_step
             : skew == "rate" ? FaultKind::clock_rate
                              : FaultKind::clock_strobe;
    }
    const auto& all = fault_kinds();
    return *std::find_if(all.begin(), all.end(),
                         [&](FaultKind one) { return settings_.name() == name(one); });
  }

  const Settings& settings_;
  std::uint64_t seed_;
  std::uint64_t scope_;
  std::uint16_t nodes_;
};

}  // namespace

const std::vector<Schema>& nemeses() {
  static const std::vector<Schema> schemas = make_schemas();
  return schemas;
}

Schedule seeded(const std::vector<Settings>& nemeses, std::uint64_t seed, std::uint16_t nodes,
                Duration length) {
  Schedule schedule;
  std::map<std::string, std::uint64_t> seen;  // the same name twice draws differently
  for (const Settings& settings : nemeses) {
    if (settings.name() == "none") continue;
    const std::uint64_t scope =
        Fingerprint{}.add(settings.name()).add(seen[settings.name()]++).value();
    Spells(settings, combine(seed, hash_text("nemesis")), scope, nodes).add_to(schedule, length);
  }
  std::stable_sort(schedule.begin(), schedule.end(),
                   [](const Fault& a, const Fault& b) { return a.start < b.start; });
  return schedule;
}

}  // namespace tribunal::nemesis
