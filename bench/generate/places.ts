export interface Place {
  readonly city: string;
  readonly region: string;
  readonly country: string;
  readonly lat: number;
  readonly lon: number;
}

const ROWS = `
Cambridge|England|United Kingdom|52.2|0.12
London|England|United Kingdom|51.5|-0.12
Paris|Île-de-France|France|48.86|2.35
Berlin|Berlin|Germany|52.52|13.4
Heidelberg|Baden-Württemberg|Germany|49.4|8.69
Madrid|Madrid|Spain|40.42|-3.7
Rome|Lazio|Italy|41.9|12.5
Zurich|Zurich|Switzerland|47.37|8.54
Vienna|Vienna|Austria|48.2|16.37
Prague|Prague|Czech Republic|50.08|14.44
Warsaw|Mazovia|Poland|52.23|21.01
Stockholm|Stockholm|Sweden|59.33|18.07
Helsinki|Uusimaa|Finland|60.17|24.94
Athens|Attica|Greece|37.98|23.73
Istanbul|Istanbul|Turkey|41.01|28.98
Kyiv|Kyiv|Ukraine|50.45|30.52
Moscow|Moscow|Russia|55.76|37.62
Cairo|Cairo|Egypt|30.04|31.24
Lagos|Lagos|Nigeria|6.52|3.38
Nairobi|Nairobi|Kenya|-1.29|36.82
Cape Town|Western Cape|South Africa|-33.92|18.42
Tehran|Tehran|Iran|35.69|51.39
Karachi|Sindh|Pakistan|24.86|67.01
Mumbai|Maharashtra|India|19.08|72.88
Delhi|Delhi|India|28.61|77.21
Bengaluru|Karnataka|India|12.97|77.59
Dhaka|Dhaka|Bangladesh|23.81|90.41
Bangkok|Bangkok|Thailand|13.76|100.5
Hanoi|Hanoi|Vietnam|21.03|105.85
Singapore|Singapore|Singapore|1.35|103.82
Jakarta|Jakarta|Indonesia|-6.21|106.85
Beijing|Beijing|China|39.9|116.4
Shanghai|Shanghai|China|31.23|121.47
Shenzhen|Guangdong|China|22.54|114.06
Wuhan|Hubei|China|30.59|114.31
Hong Kong|Hong Kong|Hong Kong|22.32|114.17
Taipei|Taipei|Taiwan|25.03|121.57
Seoul|Seoul|South Korea|37.57|126.98
Tokyo|Tokyo|Japan|35.68|139.69
Osaka|Osaka|Japan|34.69|135.5
Sydney|New South Wales|Australia|-33.87|151.21
Melbourne|Victoria|Australia|-37.81|144.96
Auckland|Auckland|New Zealand|-36.85|174.76
Boston|Massachusetts|United States|42.36|-71.06
New York|New York|United States|40.71|-74.01
Ashburn|Virginia|United States|39.04|-77.49
Chicago|Illinois|United States|41.88|-87.63
Houston|Texas|United States|29.76|-95.37
Denver|Colorado|United States|39.74|-104.99
Seattle|Washington|United States|47.61|-122.33
San Diego|California|United States|32.72|-117.16
Toronto|Ontario|Canada|43.65|-79.38
Vancouver|British Columbia|Canada|49.28|-123.12
Mexico City|Mexico City|Mexico|19.43|-99.13
Bogotá|Bogota D.C.|Colombia|4.71|-74.07
Lima|Lima|Peru|-12.05|-77.04
São Paulo|São Paulo|Brazil|-23.55|-46.63
Rio de Janeiro|Rio de Janeiro|Brazil|-22.91|-43.17
Buenos Aires|Buenos Aires|Argentina|-34.6|-58.38
Santiago|Santiago|Chile|-33.45|-70.67`;

/** Sixty cities, rounded; generated locations lie within about a degree of one of them. */
export const PLACES: readonly Place[] = ROWS.trim()
  .split('\n')
  .map((row) => {
    const [city, region, country, lat, lon] = row.split('|') as [string, string, string, string, string];
    return { city, region, country, lat: Number(lat), lon: Number(lon) };
  });
