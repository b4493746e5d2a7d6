// A core with everything around it that helps to name the anomaly and to tell its story.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "checker/linearizability/excerpt.h"
#include "checker/linearizability/key_history.h"

namespace tribunal::checker::linearizability {

// A kind of anomaly from the table in anomaly_kinds.h, and the sentences that explain this one.
struct Finding {
  std::string kind;
  std::string explanation;
};

class Evidence {
 public:
  Evidence(const history::History& history, const KeyHistory& key, Excerpts& excerpts,
           std::vector<std::uint32_t> core);

  // Positions in KeyHistory::ops, ascending; and the one whose return no order of the core reaches.
  const std::vector<std::uint32_t>& core() const { return core_; }
  std::uint32_t observer() const { return observer_; }
  // The longest order of the core on the way there (positions), and why the observer cannot be
  // next.
  const std::vector<std::uint32_t>& furthest() const { return furthest_; }
  const std::string& why() const { return why_; }

  Model& model() { return *key_.model; }
  const std::vector<Op>& all() const { return key_.ops; }
  const Op& op(std::uint32_t position) const { return key_.ops[position]; }
  // What is left of it in the core: nothing, if it lost its only observation.
  const std::optional<Op>& left(std::uint32_t position) const;
  bool precedes(std::uint32_t a, std::uint32_t b) const { return op(a).ret < op(b).call; }
  bool same_process(std::uint32_t a, std::uint32_t b) const;

  // The tokens that the operation produces; those that its standing observations in the core want.
  std::vector<std::uint32_t> produced(std::uint32_t position);
  std::vector<std::uint32_t> wanted(std::uint32_t position);
  bool produces(std::uint32_t position, std::uint32_t token);
  bool wants(std::uint32_t position, std::uint32_t token);
  // In the whole history: operations that observed the token.
  std::vector<std::uint32_t> observers(std::uint32_t token);

  // "client 3"; "client 3 read 17 (events 12-15)"; "the write of client 3" is said with `did`.
  std::string who(std::uint32_t position) const;
  std::string did(std::uint32_t position);
  std::string span(std::uint32_t position) const;  // "events 12-15", with times where there are any
  // "Client 2 had tried (events 1-2), but that failed." or "" when no failed operation produces the
  // token.
  std::string failed_attempt(std::uint32_t token);

 private:
  std::uint32_t find_observer();
  std::size_t place(std::uint32_t position) const;

  const history::History& history_;
  const KeyHistory& key_;
  Excerpts& excerpts_;
  std::vector<std::uint32_t> core_;
  std::vector<std::vector<bool>> standing_;
  std::vector<std::optional<Op>> left_;
  std::vector<std::uint32_t> furthest_;
  std::string why_;
  std::uint32_t observer_ = 0;
};

// "Client 3 read 17": a sentence that begins with a description.
std::string capital(std::string text);

// Anomalies of registers. `place` names the register that a token belongs to.
std::optional<Finding> classify_registers(Evidence& evidence,
                                          const std::function<std::uint32_t(std::uint32_t)>& place);
// Anomalies of what only grows, where a read shows everything.
std::optional<Finding> classify_collections(Evidence& evidence, const std::string& lost_kind);

// The whole argument, one sentence a step: what each operation of the core did and what must come
// before it, then where each possible order ends.
std::vector<std::string> argue(Evidence& evidence);
Finding explain(Evidence& evidence);

}  // namespace tribunal::checker::linearizability
