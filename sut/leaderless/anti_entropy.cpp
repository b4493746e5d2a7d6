// Replicas of a range compare what they hold, in the background, by Merkle trees (Dynamo, section
// 4.7). One asks another with the hash of its root; each answer goes one level down, and holds no
// state: a lost message only ends the round.
//
// Tombstones are not part of the trees: a replica that has collected one and a replica that has not
// agree. They travel with the buckets, and only to replicas that hold something to delete.
#include <algorithm>
#include <utility>

#include "sut/leaderless/node.h"

namespace tribunal::sut {

using namespace leaderless;

namespace {

std::uint64_t position_of(const Object& object) {
  return combine(mix64(object.key), static_cast<std::uint64_t>(object.type));
}

}  // namespace

MerkleTree Leaderless::tree_of(std::uint16_t range) const {
  std::vector<MerkleLeaf> leaves;
  for (const Item& item : items_) {
    if (range_of(item.object) != range || item.datum.blank()) continue;
    leaves.push_back({position_of(item.object), item.datum.digest()});
  }
  return MerkleTree(std::move(leaves));
}

std::vector<Entry> Leaderless::in_buckets(std::uint16_t range,
                                          const std::vector<std::uint64_t>& buckets) const {
  std::vector<Entry> entries;
  for (const Item& item : items_) {
    if (range_of(item.object) != range) continue;
    const std::uint64_t bucket = MerkleTree::bucket_of(position_of(item.object));
    if (!std::binary_search(buckets.begin(), buckets.end(), bucket)) continue;
    entries.push_back({item.object, SharedDatum(item.datum)});
  }
  return entries;
}

// One range and one of its other homes a round.
void Leaderless::anti_entropy(Step& s) {
  const Placement places = placement();
  if (disk_failed_ || places.homes() < 2) return;
  const std::uint64_t round = rounds_++;
  // This node is the place-th home of the range that begins `place` nodes before it.
  const auto place = static_cast<std::uint16_t>(round % places.homes());
  const auto range = static_cast<std::uint16_t>((index(self_) + nodes_ - place) % nodes_);
  const std::uint64_t pick =
      s.choices.below("anti-entropy-peer"_site, static_cast<std::uint64_t>(places.homes() - 1));
  const auto other = static_cast<std::uint16_t>((place + 1 + pick) % places.homes());
  Compare compare;
  compare.range = range;
  compare.hashes = {{0, tree_of(range).root()}};
  send(s, places.at(range, other), {std::move(compare)});
}

void Leaderless::handle(Step& s, NodeId from, const Compare& compare) {
  if (disk_failed_ || compare.range >= nodes_ || compare.level > MerkleTree::last_level) return;
  const MerkleTree tree = tree_of(compare.range);
  std::vector<std::uint64_t> differing;
  if (compare.level > 0) {
    differing = tree.differing(compare.level, compare.parents, compare.hashes);
  } else if (compare.hashes.empty() || compare.hashes.front().hash != tree.root()) {
    differing = {0};
  }
  if (mutated(Mutation::repair_skips_last) && compare.level == MerkleTree::last_level &&
      !differing.empty()) {
    differing.pop_back();
  }
  if (differing.empty()) return;
  if (compare.level == MerkleTree::last_level) {
    Exchange exchange;
    exchange.range = compare.range;
    exchange.entries = in_buckets(compare.range, differing);
    exchange.buckets = std::move(differing);
    exchange.answer = true;
    send(s, from, {std::move(exchange)});
    return;
  }
  Compare deeper;
  deeper.range = compare.range;
  deeper.level = compare.level + 1;
  for (const std::uint64_t parent : differing) {
    const std::vector<MerkleHash> children = tree.children(compare.level, parent);
    deeper.hashes.insert(deeper.hashes.end(), children.begin(), children.end());
  }
  deeper.parents = std::move(differing);
  send(s, from, {std::move(deeper)});
}

void Leaderless::handle(Step& s, NodeId from, const Exchange& exchange) {
  if (disk_failed_) return;
  for (const Entry& entry : exchange.entries) {
    if (!entry.datum || !is_home(entry.object)) continue;
    if (entry.datum->tombstone() && find(entry.object) == nullptr) continue;
    merge_here(s, entry);
  }
  if (!exchange.answer) return;
  Exchange back;
  back.range = exchange.range;
  back.buckets = exchange.buckets;
  back.entries = in_buckets(exchange.range, exchange.buckets);
  std::erase_if(back.entries, [&](const Entry& mine) {
    return std::find(exchange.entries.begin(), exchange.entries.end(), mine) !=
           exchange.entries.end();
  });
  if (!back.entries.empty()) send(s, from, {std::move(back)});
}

// A deleted object is remembered for tombstone-gc, so that replicas which still hold it learn that
// it was deleted. If one of them learns nothing for longer than that, it brings the object back.
void Leaderless::collect_tombstones(Step& s) {
  std::erase_if(items_, [&](const Item& item) {
    const bool old = s.clocks.wall - item.changed >= options_.tombstone_gc;
    if (!item.datum.tombstone() || !old || under_way(item.write)) return false;
    if (is_home(item.object)) s.record.entries.push_back({item.object, {}});
    return true;
  });
}

}  // namespace tribunal::sut
