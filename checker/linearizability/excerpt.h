// A few operations of a key's history, judged on their own: an observation counts only when
// everything that may have produced what it saw is among them (docs/proofs.md, "Excerpts"). An
// excerpt that no order explains proves that no order explains the whole, and so does every larger
// one.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "checker/linearizability/key_history.h"
#include "checker/linearizability/model.h"

namespace tribunal::checker::linearizability {

class Excerpts {
 public:
  explicit Excerpts(const KeyHistory& key);

  // The operations at these positions (ascending) with the observations dropped that do not stand,
  // and without those of which nothing is left.
  std::vector<Op> build(const std::vector<std::uint32_t>& chosen);

  // Which observations stand in the excerpt: one entry for each of Model::wants, for each chosen
  // operation.
  std::vector<std::vector<bool>> standing(const std::vector<std::uint32_t>& chosen);

  // Positions of the producers of any observation of the operation at `position`, ascending.
  std::vector<std::uint32_t> producers(std::uint32_t position);

  // How many operations of the whole history are a producer of one of the given observations.
  std::uint32_t required(std::uint32_t position, const std::vector<bool>& of);

  std::size_t size() const { return key_.ops.size(); }

 private:
  using Positions = std::vector<std::uint32_t>;  // ascending

  const std::vector<Want>& wants(std::uint32_t position);
  void index(const std::vector<std::uint32_t>& chosen);
  std::vector<bool> stands(std::uint32_t position);
  std::uint32_t count(const Want& want, std::uint32_t position,
                      const std::unordered_map<std::uint32_t, Positions>& by_token,
                      const Positions& all) const;
  Positions collect(std::uint32_t position, const std::vector<bool>& of,
                    const std::unordered_map<std::uint32_t, Positions>& by_token,
                    const Positions& all);

  const KeyHistory& key_;
  Model& model_;
  std::vector<std::uint32_t> token_begin_;  // tokens_ of each operation
  std::vector<std::uint32_t> tokens_;
  std::unordered_map<std::uint32_t, Positions> history_by_token_;  // maps are never iterated
  Positions history_producers_;
  std::unordered_map<std::uint32_t, Positions> excerpt_by_token_;
  Positions excerpt_producers_;
  std::unordered_map<std::uint32_t, std::vector<Want>> wants_;
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> required_;  // parallel to wants_
  std::unordered_map<std::uint32_t, std::uint32_t> counts_;                 // by Op::call
};

}  // namespace tribunal::checker::linearizability
