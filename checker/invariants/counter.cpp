#include "checker/invariants/counter.h"

#include <algorithm>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "checker/invariants/findings.h"

namespace tribunal::checker::invariants {
namespace {

constexpr std::uint64_t most_sums = 20'000'000;  // reachable sums × unknown additions

// Recorded numbers may be anything: sums stop at the ends of the range rather than overflow.
std::int64_t plus(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b < 0 ? std::numeric_limits<std::int64_t>::min()
               : std::numeric_limits<std::int64_t>::max();
}
std::int64_t minus(std::int64_t a, std::int64_t b) {
  std::int64_t difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return b > 0 ? std::numeric_limits<std::int64_t>::min()
               : std::numeric_limits<std::int64_t>::max();
}

// Sums of amounts by event: what was added strictly before an event.
class Sums {
 public:
  void add(std::uint32_t event, std::int64_t amount) { steps_.push_back({event, amount}); }
  void close() {
    std::sort(steps_.begin(), steps_.end());
    std::int64_t sum = 0;
    for (auto& step : steps_) sum = step.second = plus(sum, step.second);
  }
  std::int64_t before(std::uint32_t event) const {
    const auto at =
        std::lower_bound(steps_.begin(), steps_.end(), event,
                         [](const auto& step, std::uint32_t limit) { return step.first < limit; });
    return at == steps_.begin() ? 0 : std::prev(at)->second;
  }

 private:
  std::vector<std::pair<std::uint32_t, std::int64_t>> steps_;
};

struct Read {
  Operation operation;
  std::int64_t value = 0;
  std::int64_t lower = 0;
  std::int64_t upper = 0;
  std::int64_t acknowledged = 0;     // the sum, when it began
  std::uint32_t witness = no_event;  // an earlier read that raised `lower`
  bool final = false;
  bool low() const { return value < lower; }
};

class Counter {
 public:
  Counter(const History& history, const KeyOperations& key, const CounterOptions& options,
          Findings& findings)
      : history_(history), key_(key), options_(options), findings_(findings) {}

  // How many reads there were to judge.
  std::size_t run() {
    collect();
    for (Read& read : reads_) bound(read);
    if (!options_.final_only && !decrements_) raise_by_earlier_reads();
    std::uint32_t good = 0;  // the latest invocation of a read that was not too low
    for (const Read& read : reads_) {
      if (!read.low()) good = std::max(good, read.operation.invocation + 1);
    }
    std::size_t judged = 0;
    for (const Read& read : reads_) {
      if (options_.final_only && !read.final) continue;
      ++judged;
      judge(read, good);
    }
    return judged;
  }

 private:
  void collect() {
    std::map<std::int32_t, std::size_t> last_read;  // of each process; SIZE_MAX: it failed
    std::uint32_t last_addition = 0;
    for (const Operation& operation : key_.operations) {
      if (is(history_, operation, "read")) {
        auto& last = last_read[history::index(operation.process)];
        last = SIZE_MAX;
        const history::Value value = history_.value(operation.returned);
        if (operation.outcome != EventType::ok || !value.is_integer()) continue;
        last = reads_.size();
        Read read;
        read.operation = operation;
        read.value = value.as_integer();
        reads_.push_back(read);
      } else if (operation.outcome != EventType::fail) {
        note_addition(operation);
        const bool ok = operation.outcome == EventType::ok;
        last_addition = std::max(last_addition, ok ? operation.completion : operation.invocation);
      }
    }
    acknowledged_up_.close(), acknowledged_down_.close(), begun_up_.close(), begun_down_.close();
    for (const auto& [process, at] : last_read) {
      if (at != SIZE_MAX && reads_[at].operation.invocation > last_addition) {
        reads_[at].final = true;
      }
    }
  }

  void note_addition(const Operation& operation) {
    const history::Value value = history_.value(operation.invoked);
    const std::int64_t amount = value.is_integer() ? value.as_integer() : 1;
    const bool up = amount >= 0;
    decrements_ = decrements_ || !up;
    (up ? begun_up_ : begun_down_).add(operation.invocation, amount);
    if (operation.outcome == EventType::ok) {
      (up ? acknowledged_up_ : acknowledged_down_).add(operation.completion, amount);
    } else {
      unknown_.push_back(amount);
    }
  }

  void bound(Read& read) const {
    const std::uint32_t begin = read.operation.invocation;
    const std::uint32_t end = read.operation.completion;
    read.lower = plus(acknowledged_up_.before(begin), begun_down_.before(end));
    read.upper = plus(begun_up_.before(end), acknowledged_down_.before(begin));
    read.acknowledged = plus(acknowledged_up_.before(begin), acknowledged_down_.before(begin));
  }

  // A counter that only grows shows at least what any earlier read showed, if that was possible.
  void raise_by_earlier_reads() {
    std::vector<const Read*> by_end;
    for (const Read& read : reads_) {
      if (read.value <= read.upper) by_end.push_back(&read);
    }
    std::sort(by_end.begin(), by_end.end(), [](const Read* a, const Read* b) {
      return a->operation.completion < b->operation.completion;
    });
    std::size_t ended = 0;
    const Read* greatest = nullptr;
    for (Read& read : reads_) {
      while (ended < by_end.size() &&
             by_end[ended]->operation.completion < read.operation.invocation) {
        if (greatest == nullptr || by_end[ended]->value > greatest->value) greatest = by_end[ended];
        ++ended;
      }
      if (greatest == nullptr || greatest->value <= read.lower) continue;
      read.lower = greatest->value;
      read.witness = greatest->operation.invocation;
    }
  }

  void judge(const Read& read, std::uint32_t good) {
    const std::string reader = who(read.operation);
    if (read.value > read.upper) {
      findings_.add(
          "double count", key_, {read.operation.invocation},
          fmt::format("The read of {} returned {}, but all additions that had begun by then, of "
                      "unknown outcome included, make {} at most. Some addition was counted more "
                      "than once.",
                      reader, read.value, read.upper));
    } else if (read.low()) {
      judge_low(read, good > read.operation.completion);
    } else if (read.final && !reachable(minus(read.value, read.acknowledged))) {
      findings_.add(
          "lost increment", key_, {read.operation.invocation},
          fmt::format("The final read of {} returned {}, but {} were acknowledged, and no choice "
                      "among the {} additions of unknown outcome makes up the difference of {}.",
                      reader, read.value, read.acknowledged, unknown_.size(),
                      minus(read.value, read.acknowledged)));
    }
  }

  void judge_low(const Read& read, bool caught_up) {
    const std::string reader = who(read.operation);
    const std::string what =
        read.witness == no_event
            ? fmt::format(
                  "but additions that had been acknowledged before it began make {} at "
                  "least",
                  read.lower)
            : fmt::format("but {} had read {} before it began, and nothing is ever taken away",
                          who(history_.operation(read.witness)), read.lower);
    findings_.add(caught_up ? "stale read" : "lost increment", key_,
                  {read.witness, read.operation.invocation},
                  fmt::format("The read of {} returned {}, {}. {}", reader, read.value, what,
                              caught_up ? "A later read shows enough, so nothing was lost for good."
                                        : "No later read shows as much as it has to."));
  }

  // Is there a choice of unknown additions with this sum? True also when that is too much work: the
  // bounds hold already.
  bool reachable(std::int64_t difference) {
    std::int64_t least = 0;
    std::int64_t most = 0;
    for (const std::int64_t amount : unknown_) {
      std::int64_t& end = amount < 0 ? least : most;
      end = plus(end, amount);
    }
    if (difference < least || difference > most) return false;
    const auto width = static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least) + 1;
    if (width == 0 || width > most_sums || width * (unknown_.size() + 1) > most_sums) return true;
    if (sums_.empty()) fill_sums(width);
    return sums_[static_cast<std::size_t>(difference - least)];
  }

  // sums_[s - least]: some choice has the sum s. Beginning with all that lowers, each amount is
  // either taken up or given back.
  void fill_sums(std::uint64_t width) {
    sums_.assign(width, false);
    sums_[0] = true;
    for (const std::int64_t amount : unknown_) {
      const auto step = static_cast<std::size_t>(amount < 0 ? -amount : amount);
      for (std::size_t s = width; s-- > step;) {
        if (sums_[s - step]) sums_[s] = true;
      }
    }
  }

  const History& history_;
  const KeyOperations& key_;
  const CounterOptions& options_;
  Findings& findings_;
  std::vector<Read> reads_;  // by invocation
  std::vector<std::int64_t> unknown_;
  std::vector<bool> sums_;
  Sums acknowledged_up_, acknowledged_down_, begun_up_, begun_down_;
  bool decrements_ = false;
};

}  // namespace

Check check_counter(const History& history, const CounterOptions& options) {
  Check check;
  Findings findings(check, "counter", options.final_only ? "pn-counter" : "counter");
  std::size_t judged = 0;
  for (const KeyOperations& key : operations_by_key(history, {"increment", "add", "read"})) {
    check.operations += key.operations.size();
    judged += Counter(history, key, options, findings).run();
  }
  check.steps = check.operations;
  findings.conclude(judged > 0           ? ""
                    : options.final_only ? "no read after the last addition succeeded"
                                         : "no read succeeded");
  return check;
}

}  // namespace tribunal::checker::invariants
