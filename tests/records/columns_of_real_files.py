"""What every column of the files that nobody here made up means, written down by a person.

A line is a column and what it may be taken for: `c.` of the customer, `p.` of the person who works
there, `r.` of what happened or is owed, `l.` of its line, `-` nothing. Before it stands what a row
is: the parts, the kind of the customer, the type of the record.
"""

from __future__ import annotations

REAL = {
    "adventureworks/person.csv": """
        customer person
        businessentityid: c.key
        title: -
        firstname: c.given_name
        middlename: -
        lastname: c.family_name
        persontype: -
        namestyle: -
        suffix: -
        modifieddate: -
        rowguid: -
        emailpromotion: -
    """,
    "adventureworks/store.csv": """
        customer organisation
        businessentityid: c.key
        storename: c.name
        salespersonid: -
        modifieddate: -
    """,
    "adventureworks/email.csv": """
        customer *
        businessentityid: c.key
        emailaddress: c.emails
        modifieddate: -
    """,
    "adventureworks/phone.csv": """
        customer *
        businessentityid: c.key
        phonenumber: c.phones
        modifieddate: -
    """,
    "adventureworks/customer.csv": """
        customer *
        customerid: c.key
        personid: - c.ids p.key
        storeid: - c.ids
        territoryid: -
    """,
    "adventureworks/address.csv": """
        customer *
        addressid: - c.key
        addressline1: c.street
        addressline2: -
        city: c.city
        stateprovinceid: -
        postalcode: c.postcode
        spatiallocation: -
        rowguid: -
        modifieddate: -
    """,
    "adventureworks/salesorderheader.csv": """
        record order
        salesorderid: r.key
        shipmethodid: -
        billtoaddressid: -
        modifieddate: -
        rowguid: -
        taxamt: r.set.tax -
        shiptoaddressid: -
        onlineorderflag: r.set.online -
        territoryid: -
        status: r.status
        orderdate: r.opened
        creditcardapprovalcode: -
        subtotal: r.set.net -
        creditcardid: -
        currencyrateid: -
        revisionnumber: -
        freight: r.set.freight -
        duedate: r.due
        totaldue: r.amount
        customerid: r.customer c.key
        salespersonid: r.owner -
        shipdate: r.closed
        accountnumber: r.set.reference -
    """,
    "adventureworks/salesorderdetail.csv": """
        line order
        salesorderid: l.record r.key
        orderqty: l.quantity
        salesorderdetailid: l.key
        unitprice: l.unit_price
        specialofferid: -
        modifieddate: -
        rowguid: -
        productid: l.product
        unitpricediscount: -
    """,
    "adventureworks/product.csv": "*: -",
    "adventureworks/productcategory.csv": "*: -",
    "adventureworks/productsubcategory.csv": "*: -",
    "adventureworks/countryregion.csv": "*: -",
    "adventureworks/stateprovince.csv": "*: -",
    "pipeline/accounts.csv": """
        customer organisation
        account: c.name
        sector: c.industry
        year_established: -
        revenue: -
        employees: -
        office_location: c.country -
        subsidiary_of: -
    """,
    "pipeline/products.csv": "*: -",
    "pipeline/sales_teams.csv": "*: -",
    "pipeline/sales_pipeline.csv": """
        customer record organisation deal
        opportunity_id: r.key
        sales_agent: r.owner r.set.agent
        product: r.set.product
        account: c.name
        deal_stage: r.status
        engage_date: r.opened
        close_date: r.closed r.due
        close_value: r.amount
        engage_quarter: -
        close_quarter: -
    """,
    "receivables/invoices.csv": """
        record invoice
        countryCode: - c.country
        customerID: r.customer c.key
        PaperlessDate: -
        invoiceNumber: r.key
        InvoiceDate: r.opened
        DueDate: r.due
        InvoiceAmount: r.amount
        Disputed: r.set.disputed
        SettledDate: r.closed
        PaperlessBill: - r.set.billing
        DaysToSettle: -
        DaysLate: -
    """,
    "truthset/actual_truthset_key.csv": """
        customer *
        TEST_GROUP: -
        CLUSTER_ID: -
        DATA_SOURCE: -
        RECORD_ID: c.key
    """,
    "truthset/customers.csv": """
        customer *
        DATA_SOURCE: -
        RECORD_ID: c.key
        PRIMARY_NAME_FULL: c.name
        PRIMARY_NAME_ORG: - c.name
        PRIMARY_NAME_LAST: c.family_name
        PRIMARY_NAME_FIRST: c.given_name
        PRIMARY_NAME_MIDDLE: -
        NATIVE_NAME_FULL: c.name_native
        SECONDARY_NAME_ORG: -
        GENDER: -
        DATE_OF_BIRTH: c.birth_date
        PASSPORT_NUMBER: - c.ids
        PASSPORT_COUNTRY: -
        DRIVERS_LICENSE_NUMBER: - c.ids
        DRIVERS_LICENSE_STATE: -
        SSN_NUMBER: - c.ids
        NATIONAL_ID_NUMBER: - c.ids
        NATIONAL_ID_COUNTRY: -
        EMAIL_ADDRESS: c.emails
        ADDR_FULL: c.address
        ADDR_LINE1: c.street
        ADDR_CITY: c.city
        ADDR_STATE: c.region
        ADDR_POSTAL_CODE: c.postcode
        ADDR_COUNTRY: c.country
        ADDR_TYPE: -
        PHONE_NUMBER: c.phones
        PHONE_TYPE: -
        RECORD_TYPE: c.kind
        AMOUNT: -
        CATEGORY: - c.segment
        DATE: -
        STATUS: -
    """,
    "truthset/reference.csv": """
        customer *
        DATA_SOURCE: -
        RECORD_ID: c.key
        PRIMARY_NAME_FULL: c.name
        PRIMARY_NAME_ORG: - c.name
        PRIMARY_NAME_LAST: c.family_name
        PRIMARY_NAME_FIRST: c.given_name
        NATIVE_NAME_FULL: c.name_native
        SECONDARY_NAME_ORG: -
        DATE_OF_BIRTH: c.birth_date
        EMAIL_ADDRESS: c.emails
        ADDR_FULL: c.address
        ADDR_LINE1: c.street
        ADDR_CITY: c.city
        ADDR_STATE: c.region
        ADDR_POSTAL_CODE: c.postcode
        ADDR_COUNTRY: c.country
        ADDR_TYPE: -
        PHONE_NUMBER: c.phones
        PHONE_TYPE: -
        EMPLOYER: -
        RECORD_TYPE: c.kind
        REL_ANCHOR_KEY: -
        REL_POINTER_KEY: -
        REL_POINTER_ROLE: -
        CATEGORY: - c.segment
        DATE: -
        STATUS: -
        NATIONAL_ID_NUMBER: - c.ids
        NATIONAL_ID_TYPE: -
        NATIONAL_ID_COUNTRY: -
        TAX_ID_NUMBER: c.tax_id
        TAX_ID_TYPE: -
        TAX_ID_COUNTRY: -
        LEI_NUMBER: - c.ids
    """,
    "truthset/watchlist.csv": """
        customer person
        DATA_SOURCE: -
        RECORD_ID: c.key
        PRIMARY_NAME_FULL: c.name
        PRIMARY_NAME_LAST: c.family_name
        PRIMARY_NAME_FIRST: c.given_name
        PRIMARY_NAME_MIDDLE: -
        NATIVE_NAME_FULL: c.name_native
        GENDER: -
        DATE_OF_BIRTH: c.birth_date
        DRIVERS_LICENSE_NUMBER: - c.ids
        DRIVERS_LICENSE_STATE: -
        SSN_NUMBER: - c.ids
        EMAIL_ADDRESS: c.emails
        ADDR_LINE1: c.street
        ADDR_CITY: c.city
        ADDR_STATE: c.region
        ADDR_POSTAL_CODE: c.postcode
        ADDR_COUNTRY: c.country
        ADDR_TYPE: -
        PHONE_NUMBER: c.phones
        EMPLOYER: -
        RECORD_TYPE: c.kind
        CATEGORY: - c.segment
        DATE: -
        STATUS: -
    """,
}
FEBRL = """
    customer person
    rec_id: c.key
    given_name: c.given_name
    surname: c.family_name
    street_number: -
    address_1: c.street
    address_2: -
    suburb: c.city
    postcode: c.postcode
    state: c.region
    date_of_birth: c.birth_date
    soc_sec_id: - c.ids
"""
