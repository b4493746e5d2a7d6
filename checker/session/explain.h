// Turns conflicts into anomalies: sentences that name clients, values and events, and the edges of
// the cycle for whoever wants to check them.
#pragma once

#include <cstdint>
#include <string>

#include "checker/session/causality.h"
#include "checker/session/observed.h"
#include "checker/session/order_search.h"
#include "checker/session/version_graph.h"
#include "checker/verdict.h"
#include "history/history.h"

namespace tribunal::checker::session {

class Explainer {
 public:
  Explainer(const history::History& history, const Observed& observed)
      : history_(history), observed_(observed) {}

  Anomaly phantom(const Phantom& phantom) const;
  // `lead` is the first sentence; `dependencies` are those of the guarantees in conflict.
  Anomaly versions(const std::string& kind, const std::string& lead, const Conflict& conflict,
                   const Dependencies& dependencies) const;
  // `causality`: what explains how a write came into an observer's past; nullptr: nothing.
  Anomaly order(const std::string& kind, const std::string& lead,
                const OrderConflict& conflict) const;
  // No cycle: all there is to say is that every order was tried.
  Anomaly exhausted(const std::string& kind, const std::string& lead) const;

 private:
  std::string did(std::uint32_t op) const;     // "client 2 wrote 1 to key 5 (event 17)"
  std::string noun(std::uint32_t op) const;    // "the write of 1 (event 17)", "the initial value"
  std::string client(std::uint32_t op) const;  // "client 2"
  std::string value(std::uint32_t op, bool written) const;
  std::string sentence(const Constraint& constraint, const Dependencies& dependencies,
                       Anomaly& anomaly) const;
  std::string sentence(const Link& link) const;
  std::string along(const std::vector<std::uint32_t>& path) const;
  std::uint32_t invocation(std::uint32_t op) const;
  void finish(Anomaly& anomaly, std::uint32_t op) const;

  const history::History& history_;
  const Observed& observed_;
};

}  // namespace tribunal::checker::session
