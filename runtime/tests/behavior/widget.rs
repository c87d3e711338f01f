use authsmith::{Secret, Widget};

use crate::acme::{self, Vendor, tokens};

fn widget() -> Widget {
    Widget::new("https://cdn.example/connect.js", "Vendor.open").unwrap()
}

#[test]
fn a_token_cant_leave_its_place() {
    let token = Secret::from("</script><script>alert(1)//<!--&amp;\u{2028}\u{2029}\"'");
    let page = widget().token("token", &token).option("name", &"</SCRIPT>").html().unwrap();
    let data = page.split_once("id=\"authsmith-widget\">").unwrap().1.split_once("</script>").unwrap().0;
    assert!(!data.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{data}");
    let read: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(read["options"]["token"], token.expose());
    assert_eq!(read["options"]["name"], "</SCRIPT>");
    assert_eq!(page.matches("<script").count(), 3);
    assert!(page.contains("\n  Vendor.open(options);\n"), "{page}");
}

#[test]
fn attributes_are_escaped() {
    let page = Widget::new("https://cdn.example/c.js?a=1&b='\"", "open").unwrap();
    let page = page.title("<b>").nonce("\"><script>").html().unwrap();
    assert!(page.contains("<title>&lt;b&gt;</title>"));
    assert!(page.contains(r#" nonce="&quot;&gt;&lt;script&gt;">"#));
    assert!(page.contains(r#"<script src="https://cdn.example/c.js?a=1&amp;b=&#39;&quot;" nonce="#), "{page}");
    assert_eq!(page.matches("<script").count(), 3);
}

#[test]
fn events_are_posted_to_the_app_only() {
    let with_path = |path: &str| widget().event("onClose").post_events_to(path).html();
    let page = with_path("/events").unwrap();
    assert!(page.contains(r#""events":["onClose"],"path":"/events""#), "{page}");
    for bad in ["//evil.example", "https://evil.example", "/\\evil.example", "", "events", "/a\nb"] {
        with_path(bad).unwrap_err();
    }
    assert!(widget().event("onClose").html().unwrap().contains(r#""events":[]"#));
}

#[test]
fn only_a_function_is_opened_and_only_a_safe_script_loaded() {
    for open in ["", "a.", "a b", "alert(1)", "1a", "a-b", "a..b", "a;b"] {
        Widget::new("https://cdn.example/c.js", open).unwrap_err();
    }
    for script in ["http://cdn.example/c.js", "javascript:alert(1)", "//cdn.example", "https://u@cdn.example/"] {
        Widget::new(script, "open").unwrap_err();
    }
}

#[test]
fn a_client_fills_in_the_scripts_url() {
    let vendor = Vendor::new(|_, n| tokens(n));
    let client = acme::config(&vendor).build().unwrap();
    let page = client.widget("connect", "<api_url>/connect.js", "Vendor.open").unwrap().html().unwrap();
    assert!(page.contains(r#"<script src="https://api.acme.example/v1/connect.js"></script>"#), "{page}");
}

#[test]
fn debug_shows_no_option() {
    let widget = widget().token("token", &Secret::from(acme::CANARY)).nonce(acme::CANARY);
    acme::assert_no_canary(&format!("{widget:?}"));
}
