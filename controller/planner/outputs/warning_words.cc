#include "controller/planner/outputs/warning_words.h"

#include <array>
#include <string_view>
#include <utility>

namespace karkara::planner {
namespace {

constexpr std::string_view kWarns = " links to settlements: the model warns: ";
constexpr std::string_view kUnknownGround = "unknown ground, by square degrees with their links: ";

using Pair = std::pair<std::string_view, std::string_view>;

// As propagation/itm.cc and propagation/p1812.cc have them.
constexpr std::array<Pair, 19> kWarnings{{
    {"the transmitter's height is outside 1 to 1000 m", "la hauteur de l’émetteur est hors de 1 à 1000 m"},
    {"the receiver's height is outside 1 to 1000 m", "la hauteur du récepteur est hors de 1 à 1000 m"},
    {"the frequency is outside 40 MHz to 10 GHz", "la fréquence est hors de 40 MHz à 10 GHz"},
    {"the path is longer than 1000 km", "le trajet dépasse 1000 km"},
    {"the path is longer than 2000 km: take care with the result",
     "le trajet dépasse 2000 km : résultat à prendre avec prudence"},
    {"the path is short for the difference of the antennas' heights",
     "le trajet est court pour la différence de hauteur des antennes"},
    {"the path is shorter than 1 km: take care with the result",
     "le trajet est inférieur à 1 km : résultat à prendre avec prudence"},
    {"the transmitter's horizon is steep: small angles are assumed",
     "l’horizon de l’émetteur est raide : de petits angles sont supposés"},
    {"the receiver's horizon is steep: small angles are assumed",
     "l’horizon du récepteur est raide : de petits angles sont supposés"},
    {"the transmitter's horizon is nearer than a tenth of the smooth Earth's",
     "l’horizon de l’émetteur est plus proche qu’un dixième de celui d’une Terre lisse"},
    {"the receiver's horizon is nearer than a tenth of the smooth Earth's",
     "l’horizon du récepteur est plus proche qu’un dixième de celui d’une Terre lisse"},
    {"the transmitter's horizon is farther than three times the smooth Earth's",
     "l’horizon de l’émetteur est plus loin que trois fois celui d’une Terre lisse"},
    {"the receiver's horizon is farther than three times the smooth Earth's",
     "l’horizon du récepteur est plus loin que trois fois celui d’une Terre lisse"},
    {"a share of time, locations or situations is far in the tail",
     "une part du temps, des lieux ou des situations est loin dans la queue de la loi"},
    {"the refractivity at the surface is small: take care with the result",
     "la réfractivité au sol est faible : résultat à prendre avec prudence"},
    {"the frequency is outside 30 MHz to 6 GHz", "la fréquence est hors de 30 MHz à 6 GHz"},
    {"the path is shorter than 250 m", "le trajet est inférieur à 250 m"},
    {"the path is longer than 3000 km", "le trajet dépasse 3000 km"},
    {"the share of locations is outside 1 to 99 %", "la part des lieux est hors de 1 à 99 %"},
}};

void replace_once(std::string& text, std::string_view from, std::string_view to) {
  if (const std::size_t at = text.rfind(from); at != std::string::npos) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

std::optional<std::string> french_warning(const std::string& mark) {
  if (mark.starts_with(kUnknownGround)) {
    std::string squares = mark.substr(kUnknownGround.size());
    if (squares.ends_with(" more")) {
      replace_once(squares, " and ", " et ");
      replace_once(squares, " more", " autres");
    }
    return "relief inconnu, par degré carré avec ses liaisons : " + squares;
  }
  const std::size_t at = mark.find(kWarns);
  if (at == std::string::npos) {
    return std::nullopt;
  }
  std::string text = mark.substr(0, at);  // "3 of 9"
  replace_once(text, " of ", " sur ");
  std::string_view warning = std::string_view{mark}.substr(at + kWarns.size());
  for (const auto& [english, french] : kWarnings) {
    warning = warning == english ? french : warning;
  }
  return text + " liaisons vers des localités : le modèle avertit : " + std::string{warning};
}

}  // namespace karkara::planner
