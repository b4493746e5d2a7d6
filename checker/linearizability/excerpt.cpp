// See excerpt.h.
#include "checker/linearizability/excerpt.h"

#include <algorithm>
#include <numeric>

namespace tribunal::checker::linearizability {

Excerpts::Excerpts(const KeyHistory& key) : key_(key), model_(*key.model) {
  for (std::uint32_t i = 0; i < key_.ops.size(); ++i) {
    token_begin_.push_back(static_cast<std::uint32_t>(tokens_.size()));
    model_.produced(key_.ops[i], tokens_);
    for (std::size_t t = token_begin_[i]; t < tokens_.size(); ++t) {
      history_by_token_[tokens_[t]].push_back(i);
    }
    if (tokens_.size() > token_begin_[i]) history_producers_.push_back(i);
  }
  token_begin_.push_back(static_cast<std::uint32_t>(tokens_.size()));
  for (const auto& [call, n] : key_.counts) counts_.emplace(call, n);
}

const std::vector<Want>& Excerpts::wants(std::uint32_t position) {
  const auto known = wants_.find(position);
  if (known != wants_.end()) return known->second;
  std::vector<Want>& made = wants_[position] = model_.wants(key_.ops[position]);
  std::vector<std::uint32_t>& needed = required_[position];
  for (const Want& want : made) {
    needed.push_back(count(want, position, history_by_token_, history_producers_));
  }
  return made;
}

// Producers are invoked before the observer completes, and are other operations than the observer.
std::uint32_t Excerpts::count(const Want& want, std::uint32_t position,
                              const std::unordered_map<std::uint32_t, Positions>& by_token,
                              const Positions& all) const {
  const Op& op = key_.ops[position];
  const auto before = [&](const Positions& list) {
    const auto end = std::partition_point(
        list.begin(), list.end(), [&](std::uint32_t i) { return key_.ops[i].call < op.ret; });
    const bool itself = std::binary_search(list.begin(), end, position);
    return static_cast<std::uint32_t>(end - list.begin()) - (itself ? 1 : 0);
  };
  std::uint32_t listed = 0;
  for (const std::uint32_t token : want.tokens) {
    const auto found = by_token.find(token);
    if (found != by_token.end()) listed += before(found->second);
  }
  return want.all_but ? before(all) - listed : listed;
}

std::vector<std::uint32_t> Excerpts::collect(
    std::uint32_t position, const std::vector<bool>& of,
    const std::unordered_map<std::uint32_t, Positions>& by_token, const Positions& all) {
  const Op& op = key_.ops[position];
  Positions found;
  const auto take = [&](const Positions& list, const Positions& except) {
    for (const std::uint32_t i : list) {
      if (key_.ops[i].call >= op.ret) break;
      if (i != position && !std::binary_search(except.begin(), except.end(), i)) found.push_back(i);
    }
  };
  const std::vector<Want>& all_wants = wants(position);
  for (std::size_t w = 0; w < all_wants.size(); ++w) {
    if (!of[w]) continue;
    Positions listed;
    for (const std::uint32_t token : all_wants[w].tokens) {
      const auto place = by_token.find(token);
      if (place == by_token.end()) continue;
      listed.insert(listed.end(), place->second.begin(), place->second.end());
    }
    std::sort(listed.begin(), listed.end());
    if (all_wants[w].all_but) take(all, listed);
    if (!all_wants[w].all_but) take(listed, {});
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::vector<std::uint32_t> Excerpts::producers(std::uint32_t position) {
  const std::vector<bool> every(wants(position).size(), true);
  return collect(position, every, history_by_token_, history_producers_);
}

std::uint32_t Excerpts::required(std::uint32_t position, const std::vector<bool>& of) {
  const auto held = static_cast<std::uint32_t>(
      collect(position, of, history_by_token_, history_producers_).size());
  const auto counted = counts_.find(key_.ops[position].call);
  return counted == counts_.end() ? held : std::max(held, counted->second);
}

void Excerpts::index(const std::vector<std::uint32_t>& chosen) {
  excerpt_by_token_.clear();
  excerpt_producers_.clear();
  for (const std::uint32_t i : chosen) {
    for (std::uint32_t t = token_begin_[i]; t < token_begin_[i + 1]; ++t) {
      excerpt_by_token_[tokens_[t]].push_back(i);
    }
    if (token_begin_[i] != token_begin_[i + 1]) excerpt_producers_.push_back(i);
  }
}

std::vector<bool> Excerpts::stands(std::uint32_t position) {
  const std::vector<Want>& all_wants = wants(position);
  std::vector<bool> result(all_wants.size(), true);
  if (counts_.count(key_.ops[position].call) != 0) {
    const auto held = collect(position, result, excerpt_by_token_, excerpt_producers_).size();
    const bool all = held >= required(position, result);
    return std::vector<bool>(all_wants.size(), all);
  }
  const std::vector<std::uint32_t>& needed = required_.at(position);
  for (std::size_t w = 0; w < all_wants.size(); ++w) {
    result[w] = count(all_wants[w], position, excerpt_by_token_, excerpt_producers_) >= needed[w];
  }
  return result;
}

std::vector<std::vector<bool>> Excerpts::standing(const std::vector<std::uint32_t>& chosen) {
  index(chosen);
  std::vector<std::vector<bool>> all;
  all.reserve(chosen.size());
  for (const std::uint32_t i : chosen) all.push_back(stands(i));
  return all;
}

std::vector<Op> Excerpts::build(const std::vector<std::uint32_t>& chosen) {
  index(chosen);
  std::vector<Op> ops;
  ops.reserve(chosen.size());
  for (const std::uint32_t i : chosen) {
    const std::vector<bool> each = stands(i);
    const bool all = std::find(each.begin(), each.end(), false) == each.end();
    if (all) {
      ops.push_back(key_.ops[i]);
    } else if (const std::optional<Op> weak = model_.weakened(key_.ops[i], each)) {
      ops.push_back(*weak);
    }
  }
  return ops;
}

}  // namespace tribunal::checker::linearizability
