// Merkle trees against a comparison of everything: two replicas that descend where hashes differ
// find all that differs, and look at little else.
#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/choices.h"
#include "sut/leaderless/merkle.h"

namespace tribunal::sut::leaderless {
namespace {

using Contents = std::map<std::uint64_t, std::uint64_t>;  // position → digest

MerkleTree tree_of(const Contents& contents) {
  std::vector<MerkleLeaf> leaves;
  for (const auto& [position, digest] : contents) leaves.push_back({position, digest});
  return MerkleTree(std::move(leaves));
}

struct Comparison {
  std::vector<std::uint64_t> buckets;  // that differ
  std::size_t hashes = 0;              // sent
};
// As the replicas do it: each level is sent by the other one.
Comparison compare(const MerkleTree& one, const MerkleTree& other) {
  Comparison result;
  if (one.root() == other.root()) return result;
  std::vector<std::uint64_t> parents{0};
  for (std::uint32_t level = 1; level <= MerkleTree::last_level && !parents.empty(); ++level) {
    const MerkleTree& sender = level % 2 == 1 ? other : one;
    const MerkleTree& receiver = level % 2 == 1 ? one : other;
    std::vector<MerkleHash> hashes;
    for (const std::uint64_t parent : parents) {
      for (const MerkleHash& child : sender.children(level - 1, parent)) hashes.push_back(child);
    }
    result.hashes += hashes.size();
    parents = receiver.differing(level, parents, hashes);
  }
  result.buckets = std::move(parents);
  return result;
}

std::set<std::uint64_t> buckets_that_differ(const Contents& a, const Contents& b) {
  std::set<std::uint64_t> buckets;
  for (const auto* contents : {&a, &b}) {
    const Contents& others = contents == &a ? b : a;
    for (const auto& [position, digest] : *contents) {
      const auto found = others.find(position);
      if (found == others.end() || found->second != digest) {
        buckets.insert(MerkleTree::bucket_of(position));
      }
    }
  }
  return buckets;
}

Contents random_contents(Choices& draws, std::size_t size) {
  Contents contents;
  for (std::size_t i = 0; i < size; ++i) {
    // Some lie together in one bucket, at its edges too.
    const std::uint64_t high = draws.below("high"_site, 3) == 0 ? draws.below("few"_site, 4) << 48
                                                                : draws.below("any"_site, ~0ULL);
    const std::uint64_t position = high + (draws.chance("edge"_site, 200'000) ? 0xffffffffffff : i);
    contents[position] = draws.below("digest"_site, 1000);
  }
  return contents;
}

RC_GTEST_PROP(Merkle, FindsExactlyTheBucketsThatDiffer, (std::uint64_t seed)) {
  Choices draws(seed, 1);
  const Contents one = random_contents(draws, draws.below("size"_site, 60));
  Contents other = one;
  const std::uint64_t changes = draws.below("changes"_site, 6);
  for (std::uint64_t i = 0; i < changes && !other.empty(); ++i) {
    auto place = other.begin();
    std::advance(place, static_cast<long>(draws.below("which"_site, other.size())));
    if (draws.chance("erase"_site, 400'000)) {
      other.erase(place);
    } else {
      place->second = draws.below("new"_site, 1000);
    }
  }
  for (const auto& [position, digest] : random_contents(draws, draws.below("more"_site, 3))) {
    other[position] = digest;
  }
  const auto expected = buckets_that_differ(one, other);
  const Comparison found = compare(tree_of(one), tree_of(other));
  RC_ASSERT(std::set<std::uint64_t>(found.buckets.begin(), found.buckets.end()) == expected);
  RC_ASSERT(found.buckets.size() == expected.size());
  // No more than the children of nodes that differ.
  RC_ASSERT(found.hashes <= expected.size() * MerkleTree::last_level * MerkleTree::fan_out);
}

RC_GTEST_PROP(Merkle, DoesNotDependOnTheOrderOfLeaves, (std::uint64_t seed)) {
  Choices draws(seed, 2);
  const Contents contents = random_contents(draws, 30);
  std::vector<MerkleLeaf> leaves;
  for (const auto& [position, digest] : contents) leaves.push_back({position, digest});
  for (std::size_t i = leaves.size(); i > 1; --i) {
    std::swap(leaves[i - 1], leaves[draws.below("swap"_site, i)]);
  }
  RC_ASSERT(MerkleTree(leaves).root() == tree_of(contents).root());
}

RC_GTEST_PROP(Merkle, HasAnotherRootForOtherContents, (std::uint64_t seed)) {
  Choices draws(seed, 3);
  const Contents contents = random_contents(draws, 10);
  Contents changed = contents;
  RC_PRE(!changed.empty());
  auto place = changed.begin();
  std::advance(place, static_cast<long>(draws.below("which"_site, changed.size())));
  place->second += 1;
  RC_ASSERT(tree_of(changed).root() != tree_of(contents).root());
  changed.erase(place);
  RC_ASSERT(tree_of(changed).root() != tree_of(contents).root());
  RC_ASSERT((tree_of(changed).root() == 0) == changed.empty());
}

}  // namespace
}  // namespace tribunal::sut::leaderless
