//! The rows of a season, one struct per form of the vocabulary, one field per column.
//!
//! This page reads like `plans/vocabulary.md`: name, file, letter of its ids, columns. References
//! are dense numbers, words are fixed texts, so that a row needs no memory of its own beyond
//! itself. A row that stands later under the same id is a later version of it.
//! It decides nothing; the stages do. No form of the protection compartment is here, on purpose.
//! Read next: `cell.rs` for what a column is written as.

use facts::{Day, Month, Span};

use super::cell::{
    Cell, Document, Half, HouseName, Id, IdNumber, Mark, Name, Names, Org, Party, Text, Words,
};
use super::row::Row;

/// Declares rows, the season that holds them, and the walk over its tables.
macro_rules! rows {
    ($( $(#[$doc:meta])* $row:ident $table:ident $file:literal $letter:literal
        { $( $column:ident : $kind:ty ),* $(,)? } )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug)]
            pub struct $row {
                /// Its number among the rows of its form.
                pub id: Id<$row>,
                $( #[doc = concat!("Column `", stringify!($column), "`.")] pub $column: $kind, )*
                /// Who entered it, and when it was known.
                pub mark: Mark,
            }

            impl Row for $row {
                const FILE: &'static str = $file;
                const LETTER: &'static str = $letter;
                const COLUMNS: &'static [&'static str] = &[$( stringify!($column) ),*];

                fn cells(&self, names: &Names<'_>) -> Vec<String> {
                    let mut cells = vec![self.id.cell(names)];
                    $( cells.push(self.$column.cell(names)); )*
                    self.mark.write(names, &mut cells);
                    cells
                }
            }
        )*

        /// A whole season, table by table; row n of a table has the id n, versions come after all.
        #[derive(Clone, Debug, Default)]
        pub struct Season {
            $( #[doc = concat!("Rows of `", $file, ".csv`.")] pub $table: Vec<$row>, )*
        }

        impl Season {
            /// Hands over every table in the order of the vocabulary.
            pub fn each_table<E>(&self, take: &mut impl super::row::Take<E>) -> Result<(), E> {
                $( take.table(&self.$table)?; )*
                Ok(())
            }
        }
    };
}

rows! {
    // ---- registry ----
    /// 人员.
    Person persons "person" "p" { name: Name, sex: Text }
    /// 任职.
    Post posts "post" "j" {
        person: Id<Person>, org: Org, group: Text, title: Text, from: Day, to: Option<Day>,
    }
    /// 请假.
    Leave leaves "leave" "l" { person: Id<Person>, from: Day, to: Option<Day>, reason: Text }
    /// 第一书记.
    FirstSecretary first_secretaries "first_secretary" "fs" { village: Org, name: Name, from: Day }
    /// 帮手.
    Helper helpers "helper" "he" { name: Name, kind: Text, org: Org, from: Day }
    /// 户.
    Household households "household" "h" { village: Org, name: HouseName, head: Id<Resident> }
    /// 居民.
    Resident residents "resident" "r" {
        household: Id<Household>, name: Name, id_number: IdNumber, sex: Text, birth: Month,
        relation: Text, health: Text, employment: Text, guardian: Id<Resident>,
    }
    /// 户标签.
    Tag tags "household_tag" "g" {
        household: Id<Household>, code: Text, from: Day, to: Option<Day>,
    }
    /// 村情.
    Profile profiles "org_profile" "op" {
        org: Org, day: Day, members: u32, premises: bool, womens_home: bool, weak: bool,
    }
    // ---- field work ----
    /// 行程计划.
    TripPlan trip_plans "trip_plan" "tp" { cadre: Id<Person>, day: Day, township: Org }
    /// 趟.
    Trip trips "trip" "t" {
        cadre: Id<Person>, from: Day, to: Day, days: Half, township: Org,
        plan_item: Id<TripPlan>, enters: Words, together: Words,
    }
    /// 走访.
    Visit visits "visit" "v" {
        date: Day, visitors: Party, kind: Text, trip: Id<Trip>, household: Id<Household>,
        village: Org, topics: Words, spoke_with: Id<Resident>,
        first_secretary: Id<FirstSecretary>,
    }
    /// 日记.
    Diary diaries "diary" "d" {
        author: Id<Person>, org: Org, date: Day, trip: Id<Trip>, visit: Id<Visit>,
    }
    /// 需求.
    Need needs "need" "n" {
        household: Id<Household>, resident: Id<Resident>, village: Org, topic: Text, opened: Day,
        registered_org: Org, registered_by: Id<Person>, source: Text, priority: Text,
    }
    /// 办理.
    NeedStep need_steps "need_step" "s" {
        need: Id<Need>, date: Day, step: Text, org: Org, by: Id<Person>, level: Text,
        satisfied: Text,
    }
    /// 回访.
    CallBack call_backs "call_back" "cb" {
        need: Id<Need>, date: Day, sampled: bool, answer: Text, satisfied: Option<bool>,
    }
    // ---- help ----
    /// 联系点.
    ContactPoint contact_points "contact_point" "c" {
        org: Org, village: Org, weak: bool, from: Day, to: Option<Day>,
    }
    /// 知情同意.
    Consent consents "consent" "co" {
        resident: Id<Resident>, given_by: Text, version: u32, date: Day,
    }
    /// 结对.
    Pairing pairings "pairing" "q" {
        cadre: Id<Person>, kind: Text, resident: Id<Resident>, basis: Text, lead: bool, from: Day,
        to: Option<Day>, previous: Id<Pairing>, consent: Id<Consent>,
    }
    /// 帮扶计划.
    HelpPlan help_plans "help_plan" "k" {
        pairing: Id<Pairing>, contact_point: Id<ContactPoint>, date: Day,
    }
    /// 帮扶措施.
    HelpMeasure help_measures "help_measure" "m" {
        pairing: Id<Pairing>, contact_point: Id<ContactPoint>, date: Day, done: bool, kind: Text,
        amount: Option<u32>,
    }
    /// 联系.
    Contact contacts "contact" "ct" { pairing: Id<Pairing>, date: Day, way: Text }
    /// 慰问信.
    Letter letters "letter" "e" {
        household: Id<Household>, date: Day, delivered_by: Id<Person>,
    }
    /// 援助.
    Aid aids "aid" "a" {
        resident: Id<Resident>, kind: Text, date: Day, amount: Option<u32>, source: Text,
        receipt: bool,
    }
    /// 服务.
    Service services "service" "sv" {
        kind: Text, org: Org, household: Id<Household>, resident: Id<Resident>,
        womens_home: Id<WomensHome>, target_group: Text, date: Day, provider: Text, outcome: Text,
    }
    /// 活动场次.
    Event events "event" "ev" {
        org: Org, kind: Text, date: Day, village: Org, participants: u32,
    }
    /// 岗位.
    Vacancy vacancies "vacancy" "va" { employer: Text, places: u32, from: Day }
    /// 岗位推荐.
    JobOffer job_offers "job_offer" "jo" { service: Id<Service>, vacancy: Id<Vacancy>, date: Day }
    /// 就业结果.
    JobOutcome job_outcomes "job_outcome" "jr" { service: Id<Service>, date: Day, result: Text }
    // ---- research, highlights ----
    /// 问题研判.
    ClusterReview cluster_reviews "cluster_review" "cr" {
        org: Org, covers: Span, date: Day, topic: Text, needs: Vec<Id<Need>>, kind: Text,
    }
    /// 建议.
    Recommendation recommendations "recommendation" "rm" {
        review: Id<ClusterReview>, date: Day, owner: Id<Person>, due: Day, adopted: bool,
    }
    /// 措施.
    Measure measures "measure" "me" { recommendation: Id<Recommendation>, date: Day }
    /// 调查报告.
    ResearchReport research_reports "research_report" "i" {
        authors: Party, org: Org, title: Text, date: Day,
    }
    /// 推荐.
    Nomination nominations "nomination" "no" {
        report: Id<ResearchReport>, step: Text, date: Day,
    }
    /// 妇女之家.
    WomensHome womens_homes "womens_home" "wh" { org: Org, speciality: Text, from: Day }
    /// 示范点申报.
    Application applications "model_site_application" "ap" { home: Id<WomensHome>, date: Day }
    /// 县级推荐.
    Endorsement endorsements "county_recommendation" "en" {
        application: Id<Application>, date: Day,
    }
    /// 市级验收.
    Acceptance acceptances "city_inspection" "ac" {
        application: Id<Application>, date: Day, passed: bool,
    }
    /// 示范点.
    ModelSite model_sites "model_site" "ms" { application: Id<Application>, date: Day }
    /// 村品牌.
    Brand brands "brand" "br" { org: Org, date: Day, text: Text }
    /// 典型.
    RoleModel role_models "role_model" "ro" {
        org: Org, date: Day, resident: Id<Resident>, nominated_by: Org,
    }
    /// 典型案例.
    ModelCase model_cases "model_case" "mc" { org: Org, date: Day, title: Text }
    /// 制度.
    StandingRule standing_rules "standing_rule" "sr" {
        org: Org, date: Day, title: Text, from_case: Id<ModelCase>,
    }
    // ---- organising, supervision, paper ----
    /// 方案文.
    PlanDocument plan_documents "plan_document" "y" {
        org: Org, date: Day, goals: Text, owner: Id<Person>,
    }
    /// 计划任务.
    PlanTask plan_tasks "plan_task" "pt" {
        org: Org, date: Day, line: Text, owner: Id<Person>, due: Option<Day>, done: Option<Day>,
    }
    /// 联络员.
    Liaison liaisons "liaison" "li" {
        org: Org, person: Id<Person>, from: Day, to: Option<Day>,
    }
    /// 领导小组.
    LeadingGroup leading_groups "leading_group" "lg" {
        org: Org, head: Id<Person>, members: Party, office: Text, date: Day,
    }
    /// 会议.
    Meeting meetings "meeting" "u" { org: Org, kind: Text, date: Day, attendees: u32 }
    /// 督查轮.
    Round rounds "inspection_round" "ir" { org: Org, month: Month, date: Day }
    /// 督查单.
    Inspection inspections "inspection" "is" {
        round: Id<Round>, place: Org, date: Day, on_site: bool, by: Party,
    }
    /// 督查发现.
    Finding findings "finding" "fi" {
        inspection: Id<Inspection>, date: Day, clause: Text, severity: Text,
        rectifier: Id<Person>,
    }
    /// 整改通知.
    Order orders "rectification_order" "oo" { finding: Id<Finding>, date: Day, by: Id<Person> }
    /// 整改方案.
    Redress redresses "rectification_plan" "rp" {
        finding: Id<Finding>, date: Day, by: Id<Person>,
    }
    /// 整改销号.
    Closure closures "rectification_closure" "rc" {
        finding: Id<Finding>, date: Day, verified_by: Id<Person>,
    }
    /// 延期批准.
    Extension extensions "extension" "ex" {
        finding: Id<Finding>, pairing: Id<Pairing>, date: Day, new_due: Day,
        approved_by: Id<Person>,
    }
    /// 汇总报告.
    PeriodicReport periodic_reports "periodic_report" "pr" {
        org: Org, covers: Span, filed: bool, date: Day, confirmed_by: Id<Person>, errata: Text,
    }
    /// 总结文.
    Summary summaries "summary" "su" { org: Org, date: Day }
    /// 成效调查.
    EffectSurvey effect_surveys "effect_survey" "es" {
        org: Org, date: Day, sample: u32, satisfied: u32,
    }
    /// 报送.
    Filing filings "filing" "fl" { org: Org, document: Document, to: Text, date: Day }
    /// 签收.
    Receipt receipts "receipt" "re" { filing: Id<Filing>, org: Org, date: Day }
    /// 考核项.
    AssessmentItem assessment_items "assessment_item" "ai" {
        org: Org, person: Id<Person>, year: u32, date: Day, frozen: Option<Day>,
    }
    /// 推优.
    Commendation commendations "commendation" "cm" {
        org: Org, person: Id<Person>, date: Day, extract: Id<AssessmentItem>,
    }
    /// 报道.
    MediaItem media_items "media_item" "mi" { org: Org, outlet: Text, date: Day }
    /// 信息稿.
    BulletinItem bulletin_items "bulletin_item" "bi" { org: Org, author: Id<Person>, date: Day }
    /// 审稿.
    Review reviews "review" "rv" {
        item: Id<BulletinItem>, by: Id<Person>, date: Day, passed: bool,
    }
    /// 发布记录.
    Publication publications "publication" "pu" {
        item: Id<BulletinItem>, date: Day, channel: Text, scrubbed: bool,
    }
    /// 结束登记.
    Closing closings "campaign_closing" "cc" { org: Org, plan: Text, date: Day }
}
