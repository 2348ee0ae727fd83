/*
Words that several models share. They are created before the models, in this order.

On another engine these are user-defined functions of the same names; the models only call them.
*/

-- The number of the strongest identity key on a record; null where there is none.
create or replace macro account_no(source, customer_id, vat_number, tax_code, card_number, email, phone) as
case
    when customer_id is not null then hash(source, customer_id)
    when vat_number is not null and vat_number not in ('00000000000', '99999999999')
        then hash('vat_number', vat_number)
    when tax_code is not null and trim(tax_code, '0') <> '' then hash('tax_code', tax_code)
    when card_number is not null then hash('card_number', card_number)
    when email is not null then hash('email', email)
    when phone is not null then hash('phone', phone)
end;

-- The person of an account: whom it was joined with, else the account itself, since marts.identity holds only accounts
-- that were joined with another.
create or replace macro person_of(joined, account) as coalesce(joined, account);

-- Names that tills and web shops print where nobody is known, whatever their case, accents, signs and number.
create or replace macro is_nobody(name) as
name is not null and rtrim(
    replace(translate(lower(strip_accents(trim(name))), '-_.''()*"', '  '), '  ', ' '), ' 0123456789'
) in (
    'cliente generico', 'vendita al banco', 'vendite al banco', 'banco', 'cliente banco', 'cliente al banco',
    'clienti banco', 'consumatore finale', 'privato', 'cliente privato', 'privati', 'contanti', 'cliente contanti',
    'corrispettivi', 'corrispettivo', 'cliente occasionale', 'clienti occasionali', 'cliente di passaggio',
    'clienti di passaggio', 'clienti vari', 'cliente vario', 'clienti diversi', 'cliente diverso', 'varie', 'vari',
    'diversi', 'non registrato', 'cliente non registrato', 'cliente anonimo', 'anonimo', 'cliente sconosciuto',
    'sconosciuto', 'cliente non identificato', 'non identificato', 'nessuno', 'nessun cliente', 'senza nome',
    'cliente senza nome', 'ospite', 'cliente ospite', 'utente ospite', 'cliente predefinito', 'predefinito',
    'cliente standard', 'cliente cassa', 'cassa', 'vendita cassa', 'scontrino', 'cliente scontrino', 'cliente web',
    'cliente negozio', 'clienti negozio', 'cliente finale', 'passante', 'cash', 'cash customer', 'cash sale',
    'cash sales', 'walk in', 'walkin', 'walk in customer', 'walkin customer', 'walk in client', 'walk ins', 'guest',
    'guest customer', 'guest user', 'guest checkout', 'default', 'default customer', 'unknown', 'unknown customer',
    'anonymous', 'anonymous customer', 'unregistered', 'unregistered customer', 'not registered', 'no name',
    'no customer', 'counter', 'counter sale', 'counter sales', 'counter customer', 'pos customer', 'retail customer',
    'generic customer', 'general customer', 'one time customer', 'casual customer', 'standard customer',
    'various customers', 'sundry customers', 'end consumer', 'final consumer', 'laufkunde', 'laufkundschaft',
    'barverkauf', 'barkunde', 'gast', 'diverse kunden', 'client comptoir', 'vente comptoir', 'client de passage',
    'client divers', 'clients divers', 'invite', 'client anonyme', 'cliente mostrador', 'cliente general',
    'cliente contado', 'publico en general', 'consumidor final', 'cliente varios', 'clientes varios', 'invitado'
);

-- Statuses under which nothing was sold; the loader keeps any other such word as one of these (words.py).
create or replace macro is_no_sale(status) as
lower(coalesce(status, '')) in (
    'cancelled', 'canceled', 'voided', 'draft', 'quote', 'test', 'annullato', 'annullata', 'bozza', 'preventivo',
    'refunded', 'failed', 'trash', 'wc-cancelled', 'wc-failed', 'wc-refunded', 'checkout-draft', 'wc-checkout-draft',
    'stornato', 'stornata', 'rimborsato', 'rimborsata'
);

-- Documents that take back what another one gave, whatever their sign.
create or replace macro is_credit_note(doc_type) as
upper(coalesce(doc_type, '')) in (
    'TD04', 'TD08', 'CREDIT NOTE', 'CREDIT_NOTE', 'CREDIT MEMO', 'NOTA DI CREDITO', 'NOTA CREDITO', 'NOTA DI ACCREDITO'
);

-- The text of that key.
create or replace macro key_value(customer_id, vat_number, tax_code, card_number, email, phone) as
coalesce(
    customer_id,
    case when vat_number not in ('00000000000', '99999999999') then vat_number end,
    case when trim(tax_code, '0') <> '' then tax_code end,
    card_number,
    email,
    phone
);

-- Its place in the order of keys, 1 the strongest.
create or replace macro key_rank(customer_id, vat_number, tax_code, card_number, email, phone) as
case
    when customer_id is not null then 1
    when vat_number is not null and vat_number not in ('00000000000', '99999999999') then 2
    when tax_code is not null and trim(tax_code, '0') <> '' then 3
    when card_number is not null then 4
    when email is not null then 5
    when phone is not null then 6
end;

-- The ends of the 95 % interval of a share of n, Wilson (1927); rounding never carries an end past the share itself.
create or replace macro wilson_low(share, n) as
case
    when share is not null and n > 0 then greatest(
        0,
        least(
            share,
            (share * n + 1.920729 - 1.959964 * sqrt(greatest(share * (1 - share), 0) * n + 0.960365)) / (n + 3.841459)
        )
    )
end;

create or replace macro wilson_high(share, n) as
case
    when share is not null and n > 0 then least(
        1,
        greatest(
            share,
            (share * n + 1.920729 + 1.959964 * sqrt(greatest(share * (1 - share), 0) * n + 0.960365)) / (n + 3.841459)
        )
    )
end;

-- The category, first match wins.
create or replace macro category_of(purchases, lost_kind, is_fan, is_referred, is_touched) as
case
    when purchases = 0 and is_referred then 'referral'
    when purchases = 0 and is_touched then 'prospect'
    when purchases = 0 then 'potential'
    when lost_kind is not null then 'lost'
    when is_referred and purchases = 1 and getvariable('referral_scope') = 'until_second_purchase' then 'referral'
    when is_referred and getvariable('referral_scope') = 'always' then 'referral'
    when purchases = 1 then 'buyer'
    when is_fan then 'fan'
    else 'customer'
end;

-- A name as it is compared: case, accents, signs, blanks and the order of the words set aside.
create or replace macro folded_name(name) as
array_to_string(
    list_sort(
        string_split(trim(regexp_replace(strip_accents(lower(name)), '[^\p{L}\p{N}]+', ' ', 'g')), ' ')
    ),
    ' '
);

-- One spelling of the addresses that Gmail delivers to one box: without dots and what follows a plus; else as it is.
create or replace macro mailbox(email) as
case
    when email like '%@gmail.com' or email like '%@googlemail.com'
        then replace(split_part(split_part(email, '@', 1), '+', 1), '.', '') || '@gmail.com'
    else email
end;
