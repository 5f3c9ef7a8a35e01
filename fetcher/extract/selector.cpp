#include "fetcher/extract/selector.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <unordered_map>

#include "fetcher/extract/css.h"

namespace smallprint {
namespace {

using css::Combinator;
using css::Complex;
using css::Condition;
using css::SelectorList;

constexpr std::uint64_t max_steps = 30'000'000;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool same_letter(char a, char b) { return lower(a) == lower(b); }

bool equal(std::string_view a, std::string_view b, bool ignore_case) {
  return ignore_case ? std::equal(a.begin(), a.end(), b.begin(), b.end(), same_letter) : a == b;
}

bool has_word(std::string_view list, std::string_view word, bool ignore_case) {
  if (word.empty()) return false;
  for (std::size_t begin = 0; begin < list.size();) {
    std::size_t end = begin;
    while (end < list.size() && !is_space(list[end])) ++end;
    if (equal(list.substr(begin, end - begin), word, ignore_case)) return true;
    begin = end + 1;
  }
  return false;
}

bool contains(std::string_view text, std::string_view part, bool ignore_case) {
  if (!ignore_case) return text.find(part) != std::string_view::npos;
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same_letter) != text.end();
}

pugi::xml_node previous_element(pugi::xml_node node) {
  do {
    node = node.previous_sibling();
  } while (node && node.type() != pugi::node_element);
  return node;
}

pugi::xml_node next_element(pugi::xml_node node) {
  do {
    node = node.next_sibling();
  } while (node && node.type() != pugi::node_element);
  return node;
}

pugi::xml_node parent_element(pugi::xml_node node) {
  node = node.parent();
  return node.type() == pugi::node_element ? node : pugi::xml_node();
}

/// Matches the elements of one page against one selector; counts its steps.
class Matcher {
 public:
  bool matches(pugi::xml_node node, const SelectorList& list) {
    return std::any_of(list.any.begin(), list.any.end(), [&](const Complex& complex) {
      return matches(node, complex, complex.compounds.size() - 1, {});
    });
  }
  [[nodiscard]] bool exhausted() const { return steps_ > max_steps; }

 private:
  /// Do the compounds up to `last` hold, the last of them for `node`? With an anchor (:has) the first compound's
  /// combinator must lead to it.
  bool matches(pugi::xml_node node, const Complex& complex, std::size_t last, pugi::xml_node anchor) {
    if (++steps_ > max_steps) return false;
    const css::Compound& compound = complex.compounds[last];
    for (const Condition& condition : compound.conditions) {
      if (!holds(node, condition)) return false;
    }
    const auto rest = [&](pugi::xml_node other) {
      return last > 0 ? matches(other, complex, last - 1, anchor) : other == anchor;
    };
    switch (compound.before) {
      case Combinator::none: return true;
      case Combinator::child: {
        const pugi::xml_node parent = parent_element(node);
        return parent && rest(parent);
      }
      case Combinator::next: {
        const pugi::xml_node previous = previous_element(node);
        return previous && rest(previous);
      }
      case Combinator::descendant:
        for (pugi::xml_node up = parent_element(node); up && ++steps_ <= max_steps; up = parent_element(up)) {
          if (rest(up)) return true;
        }
        return false;
      case Combinator::subsequent:
        for (pugi::xml_node left = previous_element(node); left && ++steps_ <= max_steps;
             left = previous_element(left)) {
          if (rest(left)) return true;
        }
        return false;
    }
    return false;
  }

  bool holds(pugi::xml_node node, const Condition& condition) {
    using Kind = Condition::Kind;
    switch (condition.kind) {
      case Kind::type: return condition.name == node.name();
      case Kind::id: return condition.value == node.attribute("id").value();
      case Kind::class_: return has_word(node.attribute("class").value(), condition.value, false);
      case Kind::attribute: return attribute(node, condition);
      case Kind::nth: {
        const int index = condition.from_end ? index_from_end(node, condition) : index_of(node, condition);
        if (condition.list && !matches(node, *condition.list)) return false;
        const int distance = index - condition.offset;
        return condition.step == 0 ? distance == 0 : distance % condition.step == 0 && distance / condition.step >= 0;
      }
      case Kind::only: return index_of(node, condition) == 1 && index_from_end(node, condition) == 1;
      case Kind::empty:
        for (pugi::xml_node child = node.first_child(); child; child = child.next_sibling()) {
          if (child.type() == pugi::node_element || *child.value() != '\0') return false;
        }
        return true;
      case Kind::root: return !parent_element(node);
      case Kind::link: {
        const std::string_view tag = node.name();
        return (tag == "a" || tag == "area") && node.attribute("href");
      }
      case Kind::enabled: return is_control(node) && !node.attribute("disabled");
      case Kind::disabled: return is_control(node) && node.attribute("disabled");
      case Kind::checked: return node.attribute("checked") || node.attribute("selected");
      case Kind::lang: return language(node, condition.value);
      case Kind::is: return matches(node, *condition.list);
      case Kind::not_: return !matches(node, *condition.list);
      case Kind::has: return has(node, *condition.list);
      case Kind::never: return false;
    }
    return false;
  }

  static bool is_control(pugi::xml_node node) {
    const std::string_view tag = node.name();
    return tag == "button" || tag == "input" || tag == "select" || tag == "textarea" || tag == "option" ||
           tag == "optgroup" || tag == "fieldset";
  }

  static bool attribute(pugi::xml_node node, const Condition& condition) {
    const pugi::xml_attribute attribute = node.attribute(condition.name.c_str());
    if (!attribute) return false;
    const std::string_view value = attribute.value();
    const std::string_view wanted = condition.value;
    const bool fold = condition.ignore_case;
    switch (condition.operation) {
      case 0: return true;
      case '=': return equal(value, wanted, fold);
      case '~': return has_word(value, wanted, fold);
      case '|':
        return equal(value.substr(0, wanted.size()), wanted, fold) &&
               (value.size() == wanted.size() || (value.size() > wanted.size() && value[wanted.size()] == '-'));
      case '^': return !wanted.empty() && equal(value.substr(0, wanted.size()), wanted, fold);
      case '$':
        return !wanted.empty() && value.size() >= wanted.size() &&
               equal(value.substr(value.size() - wanted.size()), wanted, fold);
      default: return !wanted.empty() && contains(value, wanted, fold);
    }
  }

  bool language(pugi::xml_node node, std::string_view wanted) {
    for (; node && ++steps_ <= max_steps; node = parent_element(node)) {
      const std::string_view value = node.attribute("lang").value();
      if (value.empty()) continue;
      return equal(value.substr(0, wanted.size()), wanted, true) &&
             (value.size() == wanted.size() || value[wanted.size()] == '-');
    }
    return false;
  }

  bool counts(pugi::xml_node node, pugi::xml_node like, const Condition& condition) {
    if (condition.list) return matches(node, *condition.list);
    return !condition.of_type || std::string_view(node.name()) == like.name();
  }

  /// 1-based index among the siblings that count. Elements come in document order, so the last answer under the same
  /// parent is near: a walk over all children costs one step each.
  int index_of(pugi::xml_node node, const Condition& condition) {
    Last& last = last_[Key{parent_of(node), condition.of_type ? std::string(node.name()) : std::string(), &condition}];
    if (node == last.node) return last.index;
    int index = 1;
    for (pugi::xml_node left = previous_element(node); left && ++steps_ <= max_steps; left = previous_element(left)) {
      if (left == last.node) {
        index += last.index - (counts(left, node, condition) ? 0 : 1);
        break;
      }
      index += counts(left, node, condition) ? 1 : 0;
    }
    last = {node, index};
    return index;
  }

  int index_from_end(pugi::xml_node node, const Condition& condition) {
    int& total =
        totals_[Key{parent_of(node), condition.of_type ? std::string(node.name()) : std::string(), &condition}];
    if (total == 0) {
      for (pugi::xml_node child = node.parent().first_child(); child && ++steps_ <= max_steps;
           child = child.next_sibling()) {
        if (child.type() == pugi::node_element && counts(child, node, condition)) ++total;
      }
    }
    return total - index_of(node, condition) + 1;
  }

  static std::size_t parent_of(pugi::xml_node node) { return node.parent().hash_value(); }

  /// Each candidate is tried by its own compound and then backwards to the anchor.
  bool has(pugi::xml_node anchor, const SelectorList& list) {
    for (const Complex& complex : list.any) {
      const bool siblings =
          complex.compounds[0].before == Combinator::next || complex.compounds[0].before == Combinator::subsequent;
      const std::size_t last = complex.compounds.size() - 1;
      pugi::xml_node scope = anchor;
      if (siblings) scope = next_element(anchor);
      for (; scope; scope = siblings ? next_element(scope) : pugi::xml_node()) {
        pugi::xml_node node = scope;
        do {
          if (++steps_ > max_steps) return false;
          if (node != anchor && node.type() == pugi::node_element && matches(node, complex, last, anchor)) return true;
          // The next in document order inside `scope`.
          if (node.first_child()) {
            node = node.first_child();
          } else {
            while (node != scope && !node.next_sibling()) node = node.parent();
            if (node != scope) node = node.next_sibling();
          }
        } while (node != scope);
      }
    }
    return false;
  }

  struct Last {
    pugi::xml_node node;
    int index = 0;
  };
  struct Key {
    std::size_t parent;
    std::string tag;
    const Condition* condition;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return key.parent * 31 + std::hash<std::string>()(key.tag) * 7 + std::hash<const void*>()(key.condition);
    }
  };
  std::unordered_map<Key, Last, KeyHash> last_;
  std::unordered_map<Key, int, KeyHash> totals_;
  std::uint64_t steps_ = 0;
};

}  // namespace

Result<Selector> Selector::compile(std::string_view text) {
  auto list = css::parse(text);
  if (!list) return list.error();
  return Selector(std::move(*list));
}

Result<std::vector<std::uint32_t>> Selector::select(const HtmlPage& page) const {
  std::vector<std::uint32_t> found;
  Matcher matcher;
  const auto& nodes = page.nodes();
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].node.type() != pugi::node_element) continue;
    if (matcher.matches(nodes[i].node, *list_)) found.push_back(i);
    if (matcher.exhausted()) return Error{ErrorCode::limit, "the selector takes too many steps on this page"};
  }
  return found;
}

}  // namespace smallprint
