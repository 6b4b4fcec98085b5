/** Countries by their UN M49 number, as an identified region has them; the names are those of Unicode. */
const english = new Intl.DisplayNames(['en'], { type: 'region' });
const chinese = new Intl.DisplayNames(['zh-Hans'], { type: 'region' });
const LARGEST = 999;

/** `China 中国`; `country 950` for a number without a name. */
export function countryName(number: number): string {
  // The locale puts the two letters of the country into the place of its number.
  const region = number > LARGEST ? undefined : new Intl.Locale(`und-${String(number).padStart(3, '0')}`).region;
  const name = region === undefined || region === 'ZZ' ? undefined : english.of(region);
  return region === undefined || name === undefined || name === region
    ? `country ${number}`
    : `${name} ${chinese.of(region) ?? ''}`.trimEnd();
}
