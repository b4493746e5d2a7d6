// Names the violations of registers, with the sentences that explain them. The words are chosen
// from the core alone wherever that is possible; what happened later in the history only tells
// "late" from "lost".
#include <algorithm>

#include <fmt/core.h>

#include "checker/linearizability/evidence.h"

namespace tribunal::checker::linearizability {

namespace {

using Place = std::function<std::uint32_t(std::uint32_t)>;

class Registers {
 public:
  Registers(Evidence& evidence, const Place& place)
      : e_(evidence), place_(place), observer_(evidence.observer()) {}

  std::optional<Finding> classify() {
    for (const std::uint32_t token : e_.wanted(observer_)) {
      if (auto finding = phantom(token)) return finding;
    }
    for (const std::uint32_t token : e_.wanted(observer_)) {
      if (auto finding = lost_update(token)) return finding;
      if (auto finding = skew(token)) return finding;
      if (auto finding = replaced(token)) return finding;
    }
    for (const std::uint32_t token : e_.wanted(observer_)) {
      if (auto finding = inversion(token)) return finding;
    }
    return std::nullopt;
  }

 private:
  // Would the observation be right in the initial state? For a transaction all of them together.
  bool initially_possible() {
    return e_.model().step(e_.model().initial(), e_.op(observer_)) != refused;
  }

  std::vector<std::uint32_t> producers(std::uint32_t token) {
    std::vector<std::uint32_t> found;
    for (const std::uint32_t i : e_.core()) {
      if (i != observer_ && e_.produces(i, token) && e_.op(i).call < e_.op(observer_).ret) {
        found.push_back(i);
      }
    }
    return found;
  }

  // The observation stands, so its producers are all in the core: if there are none there, there
  // are none.
  std::optional<Finding> phantom(std::uint32_t token) {
    if (!producers(token).empty() || initially_possible()) return std::nullopt;
    if (e_.wanted(observer_).size() > 1) return std::nullopt;
    std::string text = capital(e_.did(observer_)) +
                       ", but no operation that could have written that value had been invoked by "
                       "the time this one returned, and it is not the initial value.";
    const std::string attempt = e_.failed_attempt(token);
    if (!attempt.empty()) return Finding{"phantom value", text + " " + attempt};
    for (std::uint32_t i = observer_; i < e_.all().size(); ++i) {
      if (e_.op(i).call < e_.op(observer_).ret || !e_.produces(i, token)) continue;
      text += fmt::format(" It was written only later: {}.", e_.did(i));
      break;
    }
    return Finding{"phantom value", text};
  }

  // More compare-and-sets took the value away than operations (or the initial state) put it there.
  std::optional<Finding> lost_update(std::uint32_t token) {
    std::vector<std::uint32_t> takers;
    std::size_t sources = 0;
    for (const std::uint32_t i : e_.core()) {
      const bool updates = !e_.produced(i).empty() && !e_.op(i).optional();
      if (updates && e_.wants(i, token)) takers.push_back(i);
      if (e_.produces(i, token)) ++sources;
    }
    if (takers.size() < 2 || takers.size() <= sources + (initially_possible() ? 1 : 0)) {
      return std::nullopt;
    }
    const std::uint32_t first = takers[takers.size() - 2];
    const std::uint32_t second = takers.back();
    return Finding{"lost update",
                   fmt::format("{}, and {}: both started from the same value, which was there too "
                               "few times for both. One of the two updates overwrote the other "
                               "without having seen it.",
                               capital(e_.did(first)), e_.did(second))};
  }

  // Another operation replaced the value before the observer began, and nobody could have brought
  // it back.
  std::optional<Finding> replaced(std::uint32_t token) {
    const std::vector<std::uint32_t> sources = producers(token);
    for (auto i = e_.core().rbegin(); i != e_.core().rend(); ++i) {
      const std::uint32_t newer = *i;
      if (newer == observer_ || !overwrites(newer, token) || !e_.precedes(newer, observer_))
        continue;
      const bool all_before =
          std::all_of(sources.begin(), sources.end(),
                      [&](std::uint32_t source) { return e_.precedes(source, newer); });
      if (all_before) return tell_replaced(token, sources, newer);
    }
    return std::nullopt;
  }

  bool overwrites(std::uint32_t position, std::uint32_t token) {
    const std::vector<std::uint32_t> tokens = e_.produced(position);
    return std::any_of(tokens.begin(), tokens.end(), [&](std::uint32_t other) {
      return other != token && place_(other) == place_(token);
    });
  }

  std::uint32_t replacement(std::uint32_t position, std::uint32_t token) {
    for (const std::uint32_t other : e_.produced(position)) {
      if (other != token && place_(other) == place_(token)) return other;
    }
    return token;
  }

  Finding tell_replaced(std::uint32_t token, const std::vector<std::uint32_t>& sources,
                        std::uint32_t newer) {
    const std::string when =
        sources.empty() ? ""
                        : fmt::format("began after {} had returned, and ", source_name(sources));
    std::string text =
        fmt::format("{}, but {}: that {}returned before {}'s operation began{}.",
                    capital(e_.did(observer_)), e_.did(newer), when, e_.who(observer_),
                    sources.empty() ? ", so the initial value was gone" : "");
    if (!e_.produced(observer_).empty()) {
      return {"lost update", text +
                                 " It succeeded against a value that was no longer there, and "
                                 "the newer one is lost."};
    }
    std::size_t saw_old = 0;
    std::size_t saw_new = 0;
    std::uint32_t again = observer_;
    for (const std::uint32_t i : e_.observers(token)) saw_old += e_.precedes(newer, i) ? 1 : 0;
    for (const std::uint32_t i : e_.observers(replacement(newer, token))) {
      if (!e_.precedes(newer, i)) continue;
      ++saw_new;
      if (e_.precedes(observer_, i)) again = i;
    }
    if (saw_new == 0 && saw_old >= 2) {
      return {
          "lost write",
          text + fmt::format(" No operation that began after {} had returned ever saw its value, "
                             "while {} saw what it had replaced: the acknowledged write is lost.",
                             own(newer), saw_old)};
    }
    if (again != observer_) {
      text += fmt::format(" The newer value was seen afterwards: by {} ({}).", e_.who(again),
                          e_.span(again));
    }
    return {"stale read", text};
  }

  std::string own(std::uint32_t position) {
    return fmt::format("{}'s operation", e_.who(position));
  }

  std::string source_name(const std::vector<std::uint32_t>& sources) {
    if (sources.size() > 1) return fmt::format("all {} that wrote the older value", sources.size());
    return e_.did(sources[0]);
  }

  // One operation wrote two registers; the observer saw its write in one and an older value in the
  // other.
  std::optional<Finding> skew(std::uint32_t token) {
    for (const std::uint32_t writer : e_.core()) {
      if (writer == observer_ || !overwrites(writer, token)) continue;
      for (const std::uint32_t seen : e_.wanted(observer_)) {
        if (seen == token || !e_.produces(writer, seen) || place_(seen) == place_(token)) continue;
        const std::vector<std::uint32_t> sources = producers(token);
        const bool older = std::all_of(sources.begin(), sources.end(), [&](std::uint32_t source) {
          return e_.precedes(source, writer);
        });
        if (!older) continue;
        return Finding{"read skew",
                       fmt::format("{}, but {} at one instant: the first saw one part of what the "
                                   "second wrote, and missed another.",
                                   capital(e_.did(observer_)), e_.did(writer))};
      }
    }
    return std::nullopt;
  }

  // Somebody saw another value before the observer began, which in every order is the newer one.
  std::optional<Finding> inversion(std::uint32_t token) {
    for (auto i = e_.core().rbegin(); i != e_.core().rend(); ++i) {
      const std::uint32_t earlier = *i;
      if (earlier == observer_ || !e_.precedes(earlier, observer_)) continue;
      const std::vector<std::uint32_t> seen = e_.wanted(earlier);
      const bool other = std::any_of(seen.begin(), seen.end(), [&](std::uint32_t t) {
        return t != token && place_(t) == place_(token);
      });
      if (!other) continue;
      const bool same = e_.same_process(earlier, observer_);
      return Finding{
          same ? "non-monotonic read" : "new-old inversion",
          fmt::format(
              "{}, although {}, before that operation began. In every order that explains the "
              "earlier one, the value seen by the later one had already been replaced.",
              capital(e_.did(observer_)), e_.did(earlier))};
    }
    return std::nullopt;
  }

  Evidence& e_;
  const Place& place_;
  std::uint32_t observer_;
};

}  // namespace

std::optional<Finding> classify_registers(
    Evidence& evidence, const std::function<std::uint32_t(std::uint32_t)>& place) {
  return Registers(evidence, place).classify();
}

}  // namespace tribunal::checker::linearizability
