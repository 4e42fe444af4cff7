use super::*;
use crate::model::customer::MeasuredValue;
use crate::model::money::{self, ratio, whole};
use crate::model::settings::{ServiceSetting, Settings};
use proptest::prelude::*;

fn settings() -> Settings {
    let service = |id: &str| ServiceSetting {
        id: id.parse().unwrap(),
        name: None,
        public: None,
        after: vec![],
    };
    Settings { services: vec![service("apps"), service("databases")], ..Settings::default() }
}

/// Returns what is wrong, as `line:column message`.
fn wrong<T: std::fmt::Debug>(read: TableRead<T>) -> Vec<String> {
    assert!(read.table.is_none(), "{read:?}");
    read.problems.iter().map(|p| format!("{} {}", p.place, p.message)).collect()
}

fn customers(text: &str) -> TableRead<crate::model::customer::Customers> {
    customers::read(text, &settings())
}

#[test]
fn a_subscription_is_read_whole_with_its_attributes() {
    let text = "\u{feff}customer,service,plan,fee,currency,from,to,region,resource,hourly_rate,seats\r\n\
                \"Acme, \"\"Inc\"\"\", apps ,gold,1200.505,EUR,2018-01-01,2019-01-01,eu,vm-1,0.04,3\r\n\
                \r\n\
                globex,*,,0,JPY,,,,,,\n";
    let table = customers(text).table.unwrap();
    let [acme, globex] = table.rows.as_slice() else { panic!("{table:?}") };
    assert_eq!((acme.customer.as_str(), acme.service_text()), ("Acme, \"Inc\"", "apps"));
    assert_eq!((&acme.fee, acme.currency.code()), (&ratio(1_200_505, 1000), "EUR"));
    assert_eq!((acme.cell("seats"), acme.hourly_rate.clone()), ("3", Some(ratio(4, 100))));
    assert_eq!((acme.place.line, globex.place.line), (2, 4));
    assert_eq!((globex.service_text(), globex.plan.as_deref()), ("*", None));
    assert_eq!(globex.cell("seats"), "");
    assert_eq!(table.columns.len(), 11);
}

#[test]
fn every_slip_in_a_row_is_told_at_once_with_its_place() {
    let text = "customer,service,fee,currency,from,to\n\
                ,apps,1200,EUR,,\n\
                acme,aps,\"1,200.00\",eur,2019-02-30,\n\
                acme,apps,-5,EUR,2019-02-01,2019-02-01\n\
                acme,apps,1200\n\
                acme,apps,12,EUR,,,\n";
    let found = wrong(customers(text));
    let expected = [
        "2:1 this row has no `customer`",
        "3:6 service: unknown service `aps`: did you mean `apps`?",
        "3:10 fee: `1,200.00` is not a decimal",
        "3:21 currency: `eur` is not a currency",
        "3:25 from: `2019-02-30`",
        "4:11 fee: `-5` is not a decimal",
        "4:29 this subscription ends on 2019-02-01",
        "5:1 this row has 3 cells",
        "6:1 this row has 7 cells",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}\n{expected}");
    }
}

#[test]
fn a_header_that_does_not_fit_is_told_before_any_row() {
    let first = |text: &str| {
        let read = customers(text);
        let problem = read.problems.first().unwrap().clone();
        format!("{} → {}", problem.message, problem.help.unwrap_or_default())
    };
    assert!(first("").contains("needs a header"));
    assert!(first("customer|service|fee\na|b|1\n").contains("separated by `|`"));
    let slip = first("customer,service,fee,curency\nacme,apps,1,EUR\n");
    assert!(
        slip.contains("needs a column `currency` → did you mean `currency` by `curency`"),
        "{slip}"
    );
    assert!(first("customer,service,fee,currency,fee\n").contains("stands twice"));
    assert!(first("customer,service,,fee,currency\n").contains("column 3 has no name"));
    let near = customers("customer,service,fee,currency,regoin\nacme,apps,1,EUR,eu\n");
    assert!(near.table.is_some(), "an attribute may be called anything");
    assert_eq!(near.problems[0].help.as_deref(), Some("did you mean `region`?"));
}

#[test]
fn a_table_is_read_by_the_sign_that_parts_its_header() {
    let fees = |text: &str| {
        let rows = customers(text).table.unwrap().rows;
        rows.iter().map(|r| money::exactly(&r.fee)).collect::<Vec<_>>()
    };
    let semicolons = "\u{feff}customer;service;fee;currency;note, own;;\nacme;apps;12,50;EUR;a,b;;\nb;apps;7.25;EUR;;;\n";
    assert_eq!(fees(semicolons), ["12.5", "7.25"]);
    assert_eq!(fees("customer\tservice\tfee\tcurrency\nacme\tapps\t12.50\tEUR\n"), ["12.5"]);
    assert_eq!(fees("customer,service,fee,currency,,\nacme,apps,12.50,EUR,,\n"), ["12.5"]);
    // A comma in a table of commas or tabs may set thousands apart, and a number with both signs does.
    for text in [
        "customer\tservice\tfee\tcurrency\nacme\tapps\t12,50\tEUR\n",
        "customer,service,fee,currency\nacme,apps,\"12,50\",EUR\n",
        "customer;service;fee;currency\nacme;apps;1.012,50;EUR\n",
        "customer;service;fee;currency\nacme;apps;1,012,50;EUR\n",
    ] {
        assert!(wrong(customers(text))[0].contains("is not a decimal"), "{text}");
    }
    let more = "customer,service,fee,currency,\nacme,apps,1,EUR,x\n";
    assert!(
        wrong(customers(more))[0].contains("5 cells"),
        "a cell that nobody named is not passed over"
    );
    let seats = "customer;service;fee;currency;seats\nacme;apps;1;EUR;2,5\n";
    assert_eq!(customers(seats).table.unwrap().rows[0].cell("seats"), "2.5");
}

#[test]
fn a_fee_that_two_houses_read_differently_is_refused() {
    let read = |fee: &str, currency: &str| {
        customers(&format!("customer;service;fee;currency\nacme;apps;{fee};{currency}\n"))
    };
    for fee in ["1.000", "33.333", "1,000", "999.000"] {
        let found = wrong(read(fee, "EUR"));
        let (units, places) = fee.split_once(['.', ',']).unwrap();
        assert!(found[0].contains(&format!("`{fee}` is {units}{places} where")), "{found:?}");
    }
    for (fee, currency) in [
        ("0.125", "EUR"),
        ("1.0000", "EUR"),
        ("1000.000", "EUR"),
        ("1.00", "EUR"),
        ("1.000", "KWD"),
    ] {
        assert!(read(fee, currency).table.is_some(), "{fee} {currency}");
    }
    assert!(!wrong(read("1.000", "JPY")).is_empty());
}

#[test]
fn a_quote_out_of_place_never_swallows_a_row() {
    let head = "customer,service,fee,currency\n";
    let found = wrong(customers(&format!("{head}\"acme,apps,1,EUR\nglobex,apps,1,EUR\n")));
    assert_eq!(found, ["2:1 this quote is never closed"]);
    let found = wrong(customers(&format!("{head}\"acme\" inc,apps,1,EUR\n")));
    assert_eq!(found, ["2:8 text stands behind a closing quote"]);
    let table = customers(&format!("{head}\"a\nb\",apps,1,EUR\nc,apps,1,EUR")).table.unwrap();
    assert_eq!(table.rows.iter().map(|r| r.place.line).collect::<Vec<_>>(), [2, 4]);
}

#[test]
fn claims_know_their_columns() {
    let read = |text: &str| claims::read(text, &settings());
    let claims =
        read("customer,service,period,received\nacme,*,2026-Q2,2026-07-01\n").table.unwrap();
    assert_eq!(
        (claims[0].service.as_deref().unwrap_or_default(), claims[0].period.to_string().as_str()),
        ("*", "2026-Q2")
    );
    let found = wrong(read("customer,service,period,recieved\n"));
    assert!(
        found[0].contains("unknown column") || found[1].contains("unknown column"),
        "{found:?}"
    );
    let found = wrong(read("customer,service,period,received\nacme,apps,june,tomorrow\n"));
    assert!(
        found[0].starts_with("2:11 period:") && found[1].starts_with("2:16 received:"),
        "{found:?}"
    );
}

#[test]
fn measurements_have_one_of_three_forms() {
    let read = |text: &str| measurements::read(text, &settings());
    let value = |text: &str| read(text).table.unwrap().remove(0).value;
    let start = "2026-06-01T00:00:00Z";
    assert_eq!(
        value(&format!("service,start,total,bad\napps,{start},10,1\n")),
        MeasuredValue::Requests { total: whole(10), bad: whole(1) }
    );
    assert_eq!(
        value(&format!("service,start,error_rate\napps,{start},0.5\n")),
        MeasuredValue::ErrorRate(ratio(1, 2))
    );
    assert_eq!(
        value(&format!("start,service,score,total\n{start},apps,1,10\n")),
        MeasuredValue::Score { total: whole(10), score: whole(1) }
    );
    let text = format!("service,start,total,bad\napps,2026-06-01,1,2\napps,{start},1,2\n");
    let found = wrong(read(&text));
    assert!(found[0].contains("not one exact time"), "{found:?}");
    assert!(found[1].starts_with("2:19 more went wrong"), "{found:?}");
    let found = wrong(read(&format!("service,start,error_rate\napps,{start},50%\n")));
    assert!(found[0].contains("write 0.05 for 5 percent"), "{found:?}");
    let both = format!("service,start,total,bad,error_rate\napps,{start},1,0,0\n");
    assert!(wrong(read(&both))[0].contains("unknown column"));
}

#[test]
fn an_adjustment_is_no_finer_than_its_currency() {
    let head = "period,customer,service,amount,currency,reason,incident,approved_by\n";
    let read = |row: &str| adjustments::read(&format!("{head}{row}\n"));
    let table = read("2019-01,acme,,-12.50,EUR,Typed twice,2019-01-24-power,Ada").table.unwrap();
    assert_eq!(table[0].amount, money::signed_decimal("-12.5").unwrap());
    assert_eq!((table[0].service.as_deref(), table[0].approved_by.as_str()), (None, "Ada"));
    let found = wrong(read("2019-01,acme,,12.505,EUR,x,,Ada"));
    assert_eq!(found, ["2:15 EUR has 2 decimal places, and this amount has more"]);
    assert!(wrong(read("2019-01,acme,,100.5,JPY,x,,Ada"))[0].contains("JPY has 0"));
    assert!(wrong(read("2019-01,acme,,5,EUR,,,Ada"))[0].contains("no `reason`"));
    assert!(wrong(read("2019-01,acme,,5,EUR,x,,"))[0].contains("no `approved_by`"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        let _ = customers(&text);
        let _ = claims::read(&text, &settings());
        let _ = measurements::read(&text, &settings());
        let _ = adjustments::read(&text);
    }

    #[test]
    fn near_misses_make_no_reader_panic(
        text in "customer,service,fee,currency(\r?\n[a\"é,=*0-9.\r \t-]{0,12}){0,6}",
    ) {
        let _ = customers(&text);
        let _ = measurements::read(&text.replace("customer", "start"), &settings());
    }

    #[test]
    fn every_cell_is_read_back_and_no_row_is_dropped(
        rows in proptest::collection::vec(proptest::collection::vec("[a-z\",\n é;]{0,6}x", 3), 1..6),
    ) {
        let mut writer = ::csv::Writer::from_writer(vec![]);
        writer.write_record(["a", "b", "c"]).unwrap();
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let read = csv::rows(&text).unwrap();
        let cells = |row: &csv::CsvRow<'_>| row.cells.iter().map(|c| c.text.to_string()).collect::<Vec<_>>();
        let read: Vec<_> = read.iter().skip(1).map(cells).collect();
        // Blanks before a cell that needed no quotes are no part of it.
        let meant = |cell: &String| {
            if cell.contains(['"', ',', '\n']) { cell.clone() } else { cell.trim().to_owned() }
        };
        let meant: Vec<Vec<_>> = rows.iter().map(|r| r.iter().map(meant).collect()).collect();
        prop_assert_eq!(read, meant);
    }

    #[test]
    fn a_place_points_at_its_cell(cells in proptest::collection::vec("[a-zé0-9]{1,5}", 1..5), above in 0_usize..4) {
        let text = format!("{}{}", "x\n".repeat(above), cells.join(" , "));
        let rows = csv::rows(&text).unwrap();
        let row = rows.last().unwrap();
        let line = text.lines().last().unwrap();
        for cell in &row.cells {
            prop_assert_eq!(usize::try_from(cell.place.line).unwrap(), above + 1);
            let skipped = usize::try_from(cell.place.column).unwrap() - 1;
            let at: String = line.chars().skip(skipped).collect();
            prop_assert!(at.starts_with(cell.text.as_ref()));
        }
    }
}
