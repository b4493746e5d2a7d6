// Changing or dropping the operations of another generator: map, filter.
#include "workloads/generators/node.h"

namespace tribunal::workloads {
namespace {

using Change = std::shared_ptr<const std::function<Op(Op)>>;
using Keep = std::shared_ptr<const std::function<bool(const Op&)>>;

class Map final : public Node {
 public:
  Map(Change change, Generator inner) : change_(std::move(change)), inner_(std::move(inner)) {}

  Step op(const View& view) const override {
    Step step = next_op(inner_, view.child(0));
    if (auto* emitted = std::get_if<Emitted>(&step))
      emitted->op = (*change_)(std::move(emitted->op));
    return rewrap(std::move(step), [&](Generator rest) { return with(std::move(rest)); });
  }

  Generator update(const Generator& self, const View& view, const Happening& event) const override {
    Generator inner = workloads::update(inner_, view.child(0), event);
    return inner == inner_ ? self : with(std::move(inner));
  }

 private:
  Generator with(Generator inner) const {
    if (!inner) return nullptr;
    return std::make_shared<Map>(change_, std::move(inner));
  }

  Change change_;
  Generator inner_;
};

class Filter final : public Node {
 public:
  Filter(Keep keep, Generator inner) : keep_(std::move(keep)), inner_(std::move(inner)) {}

  Step op(const View& view) const override {
    Generator inner = inner_;
    for (;;) {
      Step step = next_op(inner, view.child(0));
      const auto* emitted = std::get_if<Emitted>(&step);
      if (!emitted || (*keep_)(emitted->op)) {
        return rewrap(std::move(step), [&](Generator rest) { return with(std::move(rest)); });
      }
      inner = emitted->next;
    }
  }

  Generator update(const Generator& self, const View& view, const Happening& event) const override {
    Generator inner = workloads::update(inner_, view.child(0), event);
    return inner == inner_ ? self : with(std::move(inner));
  }

 private:
  Generator with(Generator inner) const {
    if (!inner) return nullptr;
    return std::make_shared<Filter>(keep_, std::move(inner));
  }

  Keep keep_;
  Generator inner_;
};

}  // namespace

Generator map(std::function<Op(Op)> change, Generator inner) {
  if (!inner) return nullptr;
  return std::make_shared<Map>(std::make_shared<const std::function<Op(Op)>>(std::move(change)),
                               std::move(inner));
}

Generator filter(std::function<bool(const Op&)> keep, Generator inner) {
  if (!inner) return nullptr;
  return std::make_shared<Filter>(
      std::make_shared<const std::function<bool(const Op&)>>(std::move(keep)), std::move(inner));
}

}  // namespace tribunal::workloads
