// Decides one model of one reading of a history, without shortcuts between models.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "checker/session/dependencies.h"
#include "checker/session/explain.h"
#include "checker/session/flaw.h"
#include "checker/session/observed.h"
#include "checker/verdict.h"

namespace tribunal::checker::session {

struct Budget {
  std::uint64_t steps = 0;
  std::uint64_t memory = std::uint64_t{1} << 29U;  // bytes of vectors, one length for each process
};

struct Decision {
  Validity validity = Validity::valid;
  std::string reason;  // why unknown
  std::string algorithm;
  std::uint64_t steps = 0;
  std::vector<Anomaly> anomalies;
};

class Decider {
 public:
  // References are kept.
  Decider(const history::History& history, const Observed& observed, Budget budget, Flaw flaw = {});

  // Precondition: it is in weaker_models().
  Decision decide(const std::string& model);

 private:
  Decision lone(Guarantees guarantee);
  Decision together();
  Decision pram();
  Decision causal();
  Decision convergence();
  Decision one_order(bool prefix);
  Decision invalid(const std::string& algorithm, Anomaly anomaly) const;
  Decision refused(const std::string& algorithm) const;  // too large for the memory budget
  bool fits() const;
  const Dependencies& causality();
  std::optional<OrderConflict> shared_conflict();

  const Observed& observed_;
  Budget budget_;
  Flaw flaw_;
  Explainer explainer_;
  std::optional<Dependencies> causality_;
};

// Session guarantees as the lattice spells them.
std::string name_of(Guarantees guarantee);

}  // namespace tribunal::checker::session
