// The lattice as a directed graph, closed once. Sources: Viotti and Vukolić, "Consistency in
// Non-Transactional Distributed Storage Systems", ACM Computing Surveys 2016 (Figure 1);
// Brzeziński, Sobaniec and Wawrzyniak 2004 for the session guarantees that make up PRAM and
// causality; Bouajjani, Enea, Guerraoui and Hamza, "On Verifying Causal Consistency", POPL 2017,
// for causal convergence, which neither implies causal memory (what "causal" means here) nor
// follows from it.
//
// eventual-convergence (Terry et al., SOSP 1995; the convergence of "causal+", Lloyd et al., SOSP
// 2011) stands alone. It is about what replicas hold, the other models about what clients saw:
// no history of clients, however consistent, says that a follower has caught up in the end.
#include "checker/models.h"

#include <cstddef>
#include <set>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/transitive_closure.hpp>

namespace tribunal::checker {
namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

// implied[i] holds j when model i implies model j (also itself).
struct Closure {
  std::map<std::string, std::size_t> position;
  std::vector<std::set<std::size_t>> implied;
};

Closure make_closure() {
  Closure closure;
  const auto& models = consistency_models();
  for (std::size_t i = 0; i < models.size(); ++i) closure.position[models[i].name] = i;
  Graph graph(models.size());
  for (std::size_t i = 0; i < models.size(); ++i) {
    for (const std::string& weaker : models[i].implies) {
      boost::add_edge(i, closure.position.at(weaker), graph);
    }
  }
  Graph closed;
  boost::transitive_closure(graph, closed);
  closure.implied.resize(models.size());
  for (std::size_t i = 0; i < models.size(); ++i) {
    closure.implied[i].insert(i);
    for (auto [edge, end] = boost::out_edges(i, closed); edge != end; ++edge) {
      closure.implied[i].insert(boost::target(*edge, closed));
    }
  }
  return closure;
}

const Closure& closure() {
  static const Closure instance = make_closure();
  return instance;
}

}  // namespace

const std::vector<ConsistencyModel>& consistency_models() {
  static const std::vector<ConsistencyModel> models = {
      {"linearizable",
       "every operation takes effect at one instant between its invocation and its completion",
       {"sequential"}},
      {"sequential",
       "all operations form one order that agrees with the order of every process",
       {"causal", "causal-convergence", "consistent-prefix"}},
      {"causal",
       "operations that may have caused one another are seen in that order everywhere",
       {"pram", "writes-follow-reads"}},
      {"causal-convergence",
       "causality, and concurrent writes are ordered in the same way everywhere",
       {"session-guarantees"}},
      {"consistent-prefix",
       "every reader sees some prefix of one order of the writes",
       {"monotonic-reads", "monotonic-writes", "writes-follow-reads"}},
      {"pram",
       "the writes of each process are seen in the order in which it issued them",
       {"read-your-writes", "monotonic-reads", "monotonic-writes"}},
      {"session-guarantees",
       "the four session guarantees together, over one order of the versions of each key",
       {"read-your-writes", "monotonic-reads", "monotonic-writes", "writes-follow-reads"}},
      {"writes-follow-reads", "a write is ordered after the writes that its process had read", {}},
      {"read-your-writes", "a process sees its own earlier writes", {}},
      {"monotonic-reads", "what a process has seen, it does not unsee", {}},
      {"monotonic-writes", "the writes of one process take effect in their order", {}},
      {"eventual-convergence", "replicas that have heard of the same writes hold the same", {}},
  };
  return models;
}

bool implies(const std::string& stronger, const std::string& weaker) {
  const auto a = closure().position.find(stronger);
  const auto b = closure().position.find(weaker);
  if (a == closure().position.end() || b == closure().position.end()) return stronger == weaker;
  return closure().implied[a->second].count(b->second) != 0;
}

LatticeVerdict close(const std::map<std::string, Validity>& decided) {
  LatticeVerdict result;
  result.models = decided;
  for (const auto& [model, validity] : decided) {
    for (const ConsistencyModel& other : consistency_models()) {
      if (validity == Validity::valid && implies(model, other.name)) {
        result.models[other.name] = Validity::valid;
      }
      if (validity == Validity::invalid && implies(other.name, model)) {
        result.models[other.name] = Validity::invalid;
      }
    }
  }
  for (const auto& [model, validity] : result.models) {
    bool extreme = validity != Validity::unknown;
    for (const auto& [other, its] : result.models) {
      if (other == model || its != validity) continue;
      if (validity == Validity::valid && implies(other, model)) extreme = false;
      if (validity == Validity::invalid && implies(model, other)) extreme = false;
    }
    if (!extreme) continue;
    (validity == Validity::valid ? result.strongest : result.weakest_violated).push_back(model);
  }
  return result;
}

}  // namespace tribunal::checker
